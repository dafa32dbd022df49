namespace DistTrain.Training.Data.Published;

/// <summary>The published data sets that this program knows by name.</summary>
public static class PublishedDatasets
{
    internal const int Side = 28;
    internal const int Classes = 10;
    internal const int TrainCount = 60_000;
    internal const int TestCount = 10_000;

    /// <summary>LeCun, Cortes, Burges: The MNIST database of handwritten digits.</summary>
    public static readonly PublishedDataset Mnist = new(
        "mnist",
        "MNIST",
        Mean: 0.1307f,
        StandardDeviation: 0.3081f,
        Images("train", TrainCount, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        Labels("train", TrainCount, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        Images("t10k", TestCount, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        Labels("t10k", TestCount, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        [
            new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        ]);

    /// <summary>Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv:1708.07747.</summary>
    /// <remarks>The authors' own host answers on plain HTTP only, so it comes last; the hashes guard the contents.</remarks>
    public static readonly PublishedDataset FashionMnist = new(
        "fashion-mnist",
        "Fashion-MNIST",
        Mean: 0.2860f,
        StandardDeviation: 0.3530f,
        Images("train", TrainCount, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        Labels("train", TrainCount, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        Images("t10k", TestCount, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        Labels("t10k", TestCount, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        [
            new Uri("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
            new Uri("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
            new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        ])
    {
        ClassNames = ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"],
    };

    public static readonly IReadOnlyList<PublishedDataset> All = [Mnist, FashionMnist];

    /// <summary>The set of that name, or null.</summary>
    public static PublishedDataset? Named(string name) => All.FirstOrDefault(dataset => dataset.Name == name);

    private static PublishedFile Images(string part, int count, string sha256) =>
        new($"{part}-images-idx3-ubyte", Images: true, 16 + ((long)count * Side * Side), sha256);

    private static PublishedFile Labels(string part, int count, string sha256) =>
        new($"{part}-labels-idx1-ubyte", Images: false, 8 + count, sha256);
}
