namespace DistTrain.Training.Data;

/// <summary>How far the download of a file is.</summary>
/// <param name="Dataset">Name of the set.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Host">The mirror's host.</param>
/// <param name="Bytes">Compressed bytes here so far, those of an earlier attempt included.</param>
/// <param name="TotalBytes">Compressed length, if the mirror said it.</param>
/// <param name="Note">A line for people when something changed: a mirror failed, a file is complete; else null.</param>
public readonly record struct DataProgress(string Dataset, string File, string Host, long Bytes, long? TotalBytes, string? Note = null);
