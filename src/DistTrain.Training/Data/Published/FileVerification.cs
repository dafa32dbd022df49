using DistTrain.Training.Data.Idx;

namespace DistTrain.Training.Data.Published;

/// <summary>Holds a file against what was published: form, shape, then every byte.</summary>
internal static class FileVerification
{
    /// <summary>Null, or the first fault in one line.</summary>
    public static string? FaultOf(PublishedFile file, string path)
    {
        try
        {
            return file.Images ? FaultOfImages(file, path) : FaultOfLabels(file, path);
        }
        catch (UserErrorException e)
        {
            return e.Message;
        }
    }

    private static string? FaultOfImages(PublishedFile file, string path)
    {
        IdxImages images = IdxReader.ReadImages(path);
        int count = (int)(file.Bytes / (PublishedDatasets.Side * PublishedDatasets.Side));
        return (images.Count, images.Height, images.Width) != (count, PublishedDatasets.Side, PublishedDatasets.Side)
            ? $"{path}: byte 4: {images.Count} images of {images.Height} x {images.Width} where {count} of {PublishedDatasets.Side} x {PublishedDatasets.Side} were published"
            : FaultOfHash(file, path, IdxFormat.Sha256(images));
    }

    private static string? FaultOfLabels(PublishedFile file, string path)
    {
        byte[] labels = IdxReader.ReadLabels(path, PublishedDatasets.Classes);
        long count = file.Bytes - 8;
        return labels.Length != count
            ? $"{path}: byte 4: {labels.Length} labels where {count} were published"
            : FaultOfHash(file, path, IdxFormat.Sha256(labels));
    }

    private static string? FaultOfHash(PublishedFile file, string path, string hash)
    {
        if (hash == file.Sha256)
        {
            return null;
        }

        PublishedDataset? other = PublishedDatasets.All.FirstOrDefault(set => set.Files.Any(f => f.Sha256 == hash));
        return other is null
            ? $"{path}: SHA-256 of the contents is {hash} where {file.Sha256} was published"
            : $"{path}: this is a file of {other.Name}";
    }
}
