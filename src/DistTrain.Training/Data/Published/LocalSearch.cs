namespace DistTrain.Training.Data.Published;

/// <summary>What a look at some places gave.</summary>
/// <param name="Dataset">Null if no place had the set.</param>
/// <param name="LookedAt">One phrase for each place that did not have it: where, and why not.</param>
internal sealed record LocalSearch(ImageDataset? Dataset, IReadOnlyList<string> LookedAt)
{
    /// <summary>Takes the set from the first place that has it whole.</summary>
    /// <exception cref="UserErrorException">
    /// A folder that the user named has a file that is malformed, or lacks some of the four: not to be passed over in silence.
    /// </exception>
    public static LocalSearch Through(IEnumerable<DatasetPlace> places, PublishedDataset wanted)
    {
        List<string> lookedAt = [];
        foreach (DatasetPlace place in places)
        {
            DatasetFiles files = DatasetFiles.In(place.Folder, wanted);
            if (!files.Complete)
            {
                string lack = Lack(files);
                if (!files.None && place.Kind == PlaceKind.DataDirectory)
                {
                    throw new UserErrorException($"dataset '{wanted.Name}': {lack}; add what is missing");
                }

                lookedAt.Add(lack);
                continue;
            }

            (ImageDataset? dataset, string? refusal) = Take(files, place.Kind);
            if (dataset is not null)
            {
                return new LocalSearch(dataset, lookedAt);
            }

            lookedAt.Add(refusal!);
        }

        return new LocalSearch(null, lookedAt);
    }

    private static string Lack(DatasetFiles files) =>
        !Directory.Exists(files.Folder) ? $"{files.Folder} does not exist"
        : files.None ? $"{files.Folder} has none of its files"
        : $"{files.Folder} lacks {string.Join(", ", files.Missing)}";

    private static (ImageDataset? Dataset, string? Refusal) Take(DatasetFiles files, PlaceKind kind)
    {
        if (files.OtherSet is { } other)
        {
            return (null, $"{files.Folder} holds {other.Name}");
        }

        LoadedFiles loaded;
        try
        {
            loaded = files.Load();
        }
        catch (UserErrorException e) when (kind is PlaceKind.Cache or PlaceKind.System)
        {
            return (null, e.Message);
        }

        return kind == PlaceKind.Cache && loaded.Altered.Count > 0
            ? (null, $"{loaded.Altered[0]} is not the published file (SHA-256 differs)")
            : (loaded.ToDataset(), null);
    }
}
