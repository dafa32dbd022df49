namespace DistTrain.Training.Data.Cifar;

/// <summary>
/// The binary version of CIFAR-10 (Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009), as its page
/// describes it: records of a label and 3 x 32 x 32 bytes, red before green before blue, row by row.
/// </summary>
internal static class CifarFormat
{
    public const string Name = "cifar10";
    public const string Folder = "cifar-10-batches-bin";
    public const string Archive = "cifar-10-binary.tar.gz";

    /// <summary>MD5 of the archive as its page gives it.</summary>
    public const string ArchiveMd5 = "c32a1d4ab5d03f1284b67883e8d87530";

    /// <summary>The archive has 170,052,171 bytes; a longer one is another.</summary>
    public const long ArchiveMost = 171_000_000;

    public static readonly Uri Source = new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

    public const int Channels = 3;
    public const int Side = 32;
    public const int Classes = 10;
    public const int RecordBytes = 1 + (Channels * Side * Side);
    public const int TrainCount = 50_000;
    public const int TestCount = 10_000;

    /// <summary>More records than this in a file are refused before anything is allocated; a published file has 10,000.</summary>
    public const int MostRecords = 60_000;

    public static readonly IReadOnlyList<string> TrainFiles =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    public const string TestFile = "test_batch.bin";

    public static readonly IReadOnlyList<string> ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public static IEnumerable<string> Files => [.. TrainFiles, TestFile];
}
