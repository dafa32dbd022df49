namespace DistTrain.Training.Data.Published;

/// <summary>A folder where a data set may be.</summary>
public sealed record DatasetPlace(PlaceKind Kind, string Folder);
