using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Trained;

/// <summary>What <c>evaluate --output</c> draws.</summary>
internal static class EvaluationPictures
{
    /// <summary>Makes the folder, before anything is computed.</summary>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static void Prepare(string folder) => Try(folder, () => Directory.CreateDirectory(folder));

    /// <summary>Gives the files' paths.</summary>
    /// <exception cref="UserErrorException">They cannot be written.</exception>
    public static IReadOnlyList<string> Save(string folder, TrainedModel trained, ImageDataset data, ConfusionMatrix confusion, IReadOnlyList<Mistake> mistakes)
    {
        string matrix = Path.Combine(folder, "confusion.png");
        string about = About(trained, data);
        Try(folder, () => ConfusionPlot.Save(confusion, data.ClassNames, about, matrix));
        string sheet = Path.Combine(folder, "mistakes.png");
        MistakeSheet.Save(data, mistakes, about, sheet);
        return [matrix, sheet];
    }

    /// <summary>Gives the file's path.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static string Save(string folder, TrainedModel trained, ImageDataset data, IReadOnlyList<Reconstruction> first, IReadOnlyList<Reconstruction> worst)
    {
        string sheet = Path.Combine(folder, "reconstructions.png");
        ReconstructionSheet.Save(data.Test, first, worst, About(trained, data), sheet);
        return sheet;
    }

    private static string About(TrainedModel trained, ImageDataset data) =>
        string.Create(CultureInfo.InvariantCulture, $"{trained.Model.Name} ({trained.Model.Variant}) at step {trained.Checkpoint.Step}, test images of {data.Name}");

    private static void Try(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"--output: pictures cannot be written to {folder}: {error.Message.ReplaceLineEndings(" ")}; choose another folder", error);
        }
    }
}
