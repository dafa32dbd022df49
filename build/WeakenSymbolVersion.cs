using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one required symbol version of an ELF shared library as weak, so that the dynamic linker no longer
/// refuses the library on a system whose C++ runtime is older than the one that the library was linked with.
/// </summary>
/// <remarks>
/// TorchSharp's libLibTorchSharp.so names GLIBCXX_3.4.32 (GCC 13) for the single symbol
/// _ZSt21ios_base_library_initv, which is never called or relocated. Debian 12, Ubuntu 22.04 and RHEL 9 stop
/// below that version. The flag is VER_FLG_WEAK in the vna_flags of an Elf64_Vernaux entry of .gnu.version_r
/// (System V gABI, "Symbol Versioning"; LSB Core, section 10.7). On newer systems the flag changes nothing.
/// The file keeps its size and its time stamp, so an incremental build does not copy it again.
/// </remarks>
public class WeakenSymbolVersion : Task
{
    private const uint SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2;                 // VER_FLG_WEAK

    [Required] public string File { get; set; }
    [Required] public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        byte[] image = System.IO.File.ReadAllBytes(File);
        int flags;
        try
        {
            flags = FindFlags(image);
        }
        catch (Exception e) when (e is InvalidDataException || e is ArgumentException || e is IndexOutOfRangeException)
        {
            Log.LogError("{0}: cannot mark {1} as weak: {2} The layout is not the one this build knows; see build/WeakenSymbolVersion.cs.", File, SymbolVersion, e.Message);
            return false;
        }

        if ((BitConverter.ToUInt16(image, flags) & WeakFlag) != 0)
        {
            return true;
        }

        DateTime written = System.IO.File.GetLastWriteTimeUtc(File);
        image[flags] |= (byte)WeakFlag;

        // Write beside and rename: the output may be a link into the package cache, which must stay as it is.
        string beside = File + ".patched";
        System.IO.File.WriteAllBytes(beside, image);
        System.IO.File.SetLastWriteTimeUtc(beside, written);
        System.IO.File.Delete(File);
        System.IO.File.Move(beside, File);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak requirement.", File, SymbolVersion);
        return true;
    }

    /// <summary>The file offset of vna_flags of the entry that names <see cref="SymbolVersion"/>.</summary>
    private int FindFlags(byte[] image)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
        {
            throw new InvalidDataException("not a little-endian ELF64 file.");
        }

        long sections = BitConverter.ToInt64(image, 0x28);
        int entrySize = BitConverter.ToUInt16(image, 0x3a);
        int count = BitConverter.ToUInt16(image, 0x3c);
        for (int i = 0; i < count; i++)
        {
            int header = checked((int)sections + i * entrySize);
            if (BitConverter.ToUInt32(image, header + 4) != SectionVersionNeeds)
            {
                continue;
            }

            int needs = checked((int)BitConverter.ToInt64(image, header + 24));
            int files = BitConverter.ToInt32(image, header + 44);
            int stringsHeader = checked((int)sections + BitConverter.ToInt32(image, header + 40) * entrySize);
            int strings = checked((int)BitConverter.ToInt64(image, stringsHeader + 24));
            return FindInNeeds(image, needs, files, strings);
        }

        throw new InvalidDataException("it has no section of needed versions (.gnu.version_r).");
    }

    private int FindInNeeds(byte[] image, int need, int files, int strings)
    {
        for (int f = 0; f < files; f++)
        {
            int entries = BitConverter.ToUInt16(image, need + 2);
            int entry = need + BitConverter.ToInt32(image, need + 8);
            for (int e = 0; e < entries; e++)
            {
                if (NameAt(image, strings + BitConverter.ToInt32(image, entry + 8)) == SymbolVersion)
                {
                    return entry + 4;
                }

                entry += BitConverter.ToInt32(image, entry + 12);
            }

            need += BitConverter.ToInt32(image, need + 12);
        }

        throw new InvalidDataException("it does not ask for that version.");
    }

    private static string NameAt(byte[] image, int offset)
    {
        int end = Array.IndexOf(image, (byte)0, offset);
        return Encoding.ASCII.GetString(image, offset, end - offset);
    }
}
