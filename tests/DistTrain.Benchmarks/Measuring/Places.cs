using DistTrain.Training;
using DistTrain.Training.Data.Published;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>Where the data and the peers' programs are, unless they are named.</summary>
internal static class Places
{
    /// <summary>A full path: the peers run in a folder of their own.</summary>
    /// <exception cref="UserErrorException">MNIST is not there.</exception>
    public static string Mnist(string? named)
    {
        string? folder = named ?? Environment.GetEnvironmentVariable(DatasetPlaces.EnvironmentVariable) ?? BesideTheRepository("data", "mnist");
        return folder is not null && Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new UserErrorException(
                $"there is no folder '{folder ?? "../shared/data/mnist"}'; name the folder with its four IDX files with --data or {DatasetPlaces.EnvironmentVariable}");
    }

    /// <summary>The folder of the PyTorch programs that are measured beside DistTrain; null when there is none.</summary>
    public static string? Peers(string? named) => named is null ? BesideTheRepository("peers") : Path.GetFullPath(named);

    private static string? BesideTheRepository(params string[] path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DistTrain.sln")))
            {
                string found = Path.GetFullPath(Path.Combine([folder.FullName, "..", "shared", .. path]));
                return Directory.Exists(found) ? found : null;
            }
        }

        return null;
    }
}
