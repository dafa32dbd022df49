namespace DistTrain.Training.Data.Download;

/// <summary>
/// Says who may continue the unfinished downloads of a folder. The system releases it when its process ends, however
/// it ends. The file stays: to delete it would let two processes hold locks on two files of one name.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Null if another process, or another download of this one, holds it.</summary>
    public static FolderLock? TryTake(string folder)
    {
        try
        {
            return new FolderLock(new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
