namespace DistTrain.Training.Data.Published;

/// <summary>One file of a data set as its authors published it.</summary>
/// <param name="Name">Name of the uncompressed file.</param>
/// <param name="Images">Whether it holds images; otherwise labels.</param>
/// <param name="Bytes">Length of the uncompressed file.</param>
/// <param name="Sha256">Of the uncompressed file, lower-case hex.</param>
public sealed record PublishedFile(string Name, bool Images, long Bytes, string Sha256)
{
    /// <summary>The name under which mirrors have it, and under which it is kept.</summary>
    public string CompressedName => Name + ".gz";

    /// <summary>The names under which people have it: as published, and with the dot that some archives put in.</summary>
    public IEnumerable<string> KnownNames
    {
        get
        {
            string dotted = Name.Replace("-idx", ".idx", StringComparison.Ordinal);
            return [CompressedName, Name, dotted + ".gz", dotted];
        }
    }
}
