namespace DistTrain.Training.Data;

/// <summary>How far the download of a file is, or the reading of many images.</summary>
/// <param name="Dataset">Name of the set.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Host">The mirror's host.</param>
/// <param name="Bytes">Compressed bytes here so far, those of an earlier attempt included.</param>
/// <param name="TotalBytes">Compressed length, if the mirror said it.</param>
/// <param name="Note">A line for people when something changed: a mirror failed, a file is complete; else null.</param>
public readonly record struct DataProgress(string Dataset, string File, string Host, long Bytes, long? TotalBytes, string? Note = null)
{
    /// <summary>Images that were read, where files of images are read rather than fetched.</summary>
    public int ImagesRead { get; init; }

    /// <summary>Images to be read; 0 where a file is fetched.</summary>
    public int ImagesInAll { get; init; }
}
