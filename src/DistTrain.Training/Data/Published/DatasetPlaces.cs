namespace DistTrain.Training.Data.Published;

/// <summary>Where data sets are looked for.</summary>
/// <param name="DataDirectory">Named by the user: holds the four files of a set, or a folder named after the set.</param>
/// <param name="EnvironmentDirectory">The same, named by the environment.</param>
/// <param name="CacheDirectory">Holds one folder a set; null if there is no home to put it in.</param>
/// <param name="SystemDirectories">Each holds one folder a set.</param>
public sealed record DatasetPlaces(
    string? DataDirectory,
    string? EnvironmentDirectory,
    string? CacheDirectory,
    IReadOnlyList<string> SystemDirectories)
{
    public const string EnvironmentVariable = "DISTTRAIN_DATA";

    /// <summary>The places of this user on this machine.</summary>
    /// <param name="dataDirectory">The value of <c>--data-dir</c>, if given.</param>
    public static DatasetPlaces OfThisMachine(string? dataDirectory) =>
        From(dataDirectory, Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());

    /// <param name="variable">Looks an environment variable up.</param>
    internal static DatasetPlaces From(string? dataDirectory, Func<string, string?> variable, bool windows)
    {
        // Options may have been filled from the environment: a folder that only repeats it is still the environment's.
        string? environment = NullIfEmpty(variable(EnvironmentVariable));
        return new DatasetPlaces(
            dataDirectory == environment ? null : dataDirectory,
            environment,
            Cache(variable, windows),
            windows ? [] : ["/usr/share/datasets"]);
    }

    /// <summary>The folders where a set may be, in the order in which they are looked at.</summary>
    public IReadOnlyList<DatasetPlace> For(string dataset)
    {
        List<DatasetPlace> places = [];
        AddNamed(PlaceKind.DataDirectory, DataDirectory);
        if (DataDirectory is not null)
        {
            return places;
        }

        AddNamed(PlaceKind.Environment, EnvironmentDirectory);
        if (CacheDirectory is not null)
        {
            places.Add(new DatasetPlace(PlaceKind.Cache, Path.Combine(CacheDirectory, dataset)));
        }

        places.AddRange(SystemDirectories.Select(folder => new DatasetPlace(PlaceKind.System, Path.Combine(folder, dataset))));
        return places;

        void AddNamed(PlaceKind kind, string? folder)
        {
            if (folder is not null)
            {
                places.Add(new DatasetPlace(kind, Path.Combine(folder, dataset)));
                places.Add(new DatasetPlace(kind, folder));
            }
        }
    }

    /// <exception cref="UserErrorException">A data directory was named and is not there.</exception>
    public void RequireDataDirectory()
    {
        if (DataDirectory is not null && !Directory.Exists(DataDirectory))
        {
            throw new UserErrorException($"--data-dir {DataDirectory}: there is no such folder; create it or leave --data-dir out");
        }
    }

    private static string? Cache(Func<string, string?> variable, bool windows)
    {
        if (windows)
        {
            return NullIfEmpty(variable("LOCALAPPDATA")) is { } local ? Path.Combine(local, "disttrain") : null;
        }

        // The XDG base directory specification: a path that is not absolute is to be ignored.
        if (variable("XDG_CACHE_HOME") is { } xdg && xdg.StartsWith('/'))
        {
            return Path.Combine(xdg, "disttrain");
        }

        return NullIfEmpty(variable("HOME")) is { } home ? Path.Combine(home, ".cache", "disttrain") : null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
