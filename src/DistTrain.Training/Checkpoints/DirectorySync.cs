using System.Runtime.InteropServices;

namespace DistTrain.Training.Checkpoints;

/// <summary>
/// Puts a renamed file's name on the disk. POSIX keeps names in the directory, which has to be synced like a file and
/// cannot be opened through <see cref="FileStream"/>; elsewhere nothing is done.
/// </summary>
internal static partial class DirectorySync
{
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(directory, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException($"{directory} cannot be opened for syncing: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            const int NotSupported = 22;
            if (FileSync(descriptor) != 0 && Marshal.GetLastPInvokeError() != NotSupported)
            {
                throw new IOException($"{directory} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
