using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data.Images;

/// <summary>
/// The files of a folder of images, by their names alone: <c>train/CLASS/*.png</c> and <c>test/CLASS/*.png</c>, or
/// <c>CLASS/*.png</c>, of which a sixth of each class is drawn for testing. Classes are numbered in the ordinal order of
/// their folders' names, images in that of theirs, whatever the locale and the file system say.
/// </summary>
/// <param name="IsDrawn">Whether what is for testing was drawn here.</param>
internal sealed record ImageFolder(IReadOnlyList<string> Classes, IReadOnlyList<ImageFile> Train, IReadOnlyList<ImageFile> Test, bool IsDrawn)
{
    public const string Prefix = "images:";

    /// <summary>One image in so many is for testing where the folder does not say which.</summary>
    public const int TestEvery = 6;

    public const int MostClasses = 256;

    private const string TrainFolder = "train";
    private const string TestFolder = "test";
    private const ulong SplitSeed = 0x696d61676573; // any fixed number; another one would be another data set
    private const ulong SplitStream = 1;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Whether a name is <c>images:FOLDER</c>.</summary>
    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="UserErrorException">The folder is not such a folder; the message names what is wrong where.</exception>
    public static ImageFolder Of(string path)
    {
        string[] folders = Folders(path);
        string train = Path.Combine(path, TrainFolder);
        string test = Path.Combine(path, TestFolder);
        return (folders.Contains(TrainFolder), folders.Contains(TestFolder)) switch
        {
            (true, true) => Parted(train, test),
            (true, false) => throw new UserErrorException($"{path}: it has '{TrainFolder}' but no '{TestFolder}'; add {TestFolder}/CLASS/*.png, or put the classes' folders directly into it to have some drawn"),
            (false, true) => throw new UserErrorException($"{path}: it has '{TestFolder}' but no '{TrainFolder}'; add {TrainFolder}/CLASS/*.png"),
            _ => Drawn(path, folders),
        };
    }

    private static ImageFolder Parted(string train, string test)
    {
        string[] classes = RequireClasses(train, Folders(train));
        string[] tested = Folders(test);
        if (tested.Except(classes).FirstOrDefault() is { } unknown)
        {
            throw new UserErrorException($"{Path.Combine(test, unknown)}: there is no class '{unknown}' in {train}; both must have the same folders");
        }

        if (classes.Except(tested).FirstOrDefault() is { } missing)
        {
            throw new UserErrorException($"{test}: the class '{missing}' is missing; both parts must have the same folders");
        }

        return new ImageFolder(
            classes,
            [.. classes.SelectMany((name, label) => Images(Path.Combine(train, name)).Select(file => new ImageFile(file, (byte)label)))],
            [.. classes.SelectMany((name, label) => Images(Path.Combine(test, name)).Select(file => new ImageFile(file, (byte)label)))],
            IsDrawn: false);
    }

    private static ImageFolder Drawn(string path, string[] folders)
    {
        string[] classes = RequireClasses(path, folders);
        var train = new List<ImageFile>();
        var test = new List<ImageFile>();
        for (int label = 0; label < classes.Length; label++)
        {
            string[] files = Images(Path.Combine(path, classes[label]));
            if (files.Length < 2)
            {
                throw new UserErrorException($"{Path.Combine(path, classes[label])}: one image cannot be parted into training and test; add another");
            }

            HashSet<int> tested = DrawTest(files.Length, label);
            for (int i = 0; i < files.Length; i++)
            {
                (tested.Contains(i) ? test : train).Add(new ImageFile(files[i], (byte)label));
            }
        }

        return new ImageFolder(classes, train, test, IsDrawn: true);
    }

    private static HashSet<int> DrawTest(int count, int label) =>
        [.. Lot.Places(count, Math.Max(1, (count + (TestEvery / 2)) / TestEvery), new SplitMix64(SplitSeed, SplitStream, (ulong)label))];

    private static string[] RequireClasses(string path, string[] folders) => folders.Length switch
    {
        0 => throw new UserErrorException($"{path}: it has no folders; put the images of each class into a folder named after it"),
        1 => throw new UserErrorException($"{path}: '{folders[0]}' is its only class; there must be at least two to tell apart"),
        > MostClasses => throw new UserErrorException($"{path}: it has {folders.Length} classes; at most {MostClasses} are taken"),
        _ => folders,
    };

    /// <summary>Names of the folders in it, hidden ones aside.</summary>
    private static string[] Folders(string path) =>
        [.. Entries(path).Where(IsFolder).Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    private static string[] Images(string path)
    {
        FileSystemInfo[] entries = Entries(path);
        if (entries.FirstOrDefault(IsFolder) is { } folder)
        {
            throw new UserErrorException($"{folder.FullName}: a folder within the folder of a class; put the images of a class directly into its folder");
        }

        string[] images =
        [
            .. entries.Where(entry => Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                .Select(entry => entry.Name).Order(StringComparer.Ordinal).Select(name => Path.Combine(path, name)),
        ];
        return images.Length > 0
            ? images
            : throw new UserErrorException($"{path}: no image is in the folder of this class; add PNG or JPEG files, or remove the folder");
    }

    private static bool LeadsNowhere(FileSystemInfo entry)
    {
        try
        {
            return entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true };
        }
        catch (IOException)
        {
            return true; // In a circle.
        }
    }

    private static bool IsFolder(FileSystemInfo entry) => (entry.Attributes & FileAttributes.Directory) != 0;

    /// <summary>What is in a folder, hidden entries aside. Only ever two levels deep, so no circle of links is followed.</summary>
    private static FileSystemInfo[] Entries(string path)
    {
        try
        {
            FileSystemInfo[] entries = [.. new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.'))];
            FileSystemInfo? broken = entries.FirstOrDefault(LeadsNowhere);
            return broken is null
                ? entries
                : throw new UserErrorException($"{broken.FullName}: a link that leads nowhere, or in a circle; put the images there or remove it");
        }
        catch (DirectoryNotFoundException e)
        {
            throw new UserErrorException($"{path}: there is no such folder; give images:FOLDER the folder that holds the classes", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
