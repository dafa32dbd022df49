using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// Memory without a name in any folder that a second process of the same user on the same Linux can map (memfd_create(2)): it goes
/// with the last process that has it, however that ends. Its size is sealed, so that neither side can take pages from under the other.
/// </summary>
internal sealed class MemoryFile : IDisposable
{
    private const string Link = "plane";
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int GetSeals = 1034;
    private const int SealShrink = 2;
    private const int SealGrow = 4;

    private readonly SafeFileHandle handle;

    private MemoryFile(SafeFileHandle handle) => this.handle = handle;

    /// <summary>Its number in this process, by which another one of the same user can open it.</summary>
    public int Descriptor => (int)handle.DangerousGetHandle();

    /// <summary>Zeroed memory of a fixed size.</summary>
    /// <returns>Null where the system has no such thing, or none left.</returns>
    /// <param name="token">What <see cref="Open"/> must name.</param>
    /// <param name="purpose">A word of the name.</param>
    public static MemoryFile? Create(ulong token, long bytes, string purpose = Link)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        int descriptor = MemfdCreate(NameOf(purpose, token), CloseOnExec | AllowSealing);
        if (descriptor < 0)
        {
            return null;
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.SetLength(handle, bytes);
        }
        catch (IOException)
        {
            handle.Dispose();
            return null;
        }

        if (Fcntl(descriptor, AddSeals, SealShrink | SealGrow) == 0)
        {
            return new MemoryFile(handle);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>The memory that another process made.</summary>
    /// <returns>Null if that process, or what it made, cannot be seen from here, or is not what the caller says.</returns>
    public static MemoryFile? Open(int process, int descriptor, ulong token, long bytes, string purpose = Link)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // In another container the numbers may be those of anything: nothing is opened that has not the right name.
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd/{descriptor}");
        SafeFileHandle? handle = null;
        try
        {
            if (!IsNamed(path, NameOf(purpose, token)))
            {
                return null;
            }

            handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            int opened = (int)handle.DangerousGetHandle();
            int seals = Fcntl(opened, GetSeals, 0);

            // Its name again: the other process may have closed the descriptor and given its number to another link's memory in between.
            if (IsNamed(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{opened}"), NameOf(purpose, token)) && seals >= 0 && (seals & SealShrink) != 0 && RandomAccess.GetLength(handle) == bytes)
            {
                return new MemoryFile(handle);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another user's.
        }

        handle?.Dispose();
        return null;
    }

    /// <summary>All of it. Stays after this object is disposed.</summary>
    /// <exception cref="IOException">There is no room for it in this process.</exception>
    public MemoryMappedViewAccessor Map()
    {
        using var mapped = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        return mapped.CreateViewAccessor();
    }

    public void Dispose() => handle.Dispose();

    private static bool IsNamed(string path, string name) => new FileInfo(path).LinkTarget == $"/memfd:{name} (deleted)";

    private static string NameOf(string purpose, ulong token) => string.Create(CultureInfo.InvariantCulture, $"disttrain-{purpose}-{token:x16}");

    [DllImport("libc", EntryPoint = "memfd_create")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemfdCreate([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fcntl(int descriptor, int command, int argument);
}
