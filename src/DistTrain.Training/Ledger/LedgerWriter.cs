namespace DistTrain.Training.Ledger;

/// <summary>Appends records to a run's ledger. Not thread-safe: one run, one writer.</summary>
public sealed class LedgerWriter : IDisposable
{
    private readonly FileStream file;
    private readonly byte[] record = new byte[LedgerRecord.Size];

    /// <summary>Opens or creates the ledger; a record that a crash left half-written at the end is cut off.</summary>
    /// <exception cref="UserErrorException">The file cannot be opened, or is no ledger.</exception>
    public LedgerWriter(string path)
    {
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 64 * 1024);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: the ledger cannot be opened for writing: {error.Message}", error);
        }

        int magic = LedgerFile.Magic.Length;
        if (file.Length < magic)
        {
            file.SetLength(0);
            file.Write(LedgerFile.Magic);
            return;
        }

        Span<byte> found = stackalloc byte[magic];
        file.ReadExactly(found);
        if (!found.SequenceEqual(LedgerFile.Magic))
        {
            file.Dispose();
            throw new UserErrorException($"{path}: this is not a ledger of this version; choose another run directory");
        }

        long whole = (file.Length - magic) / LedgerRecord.Size * LedgerRecord.Size;
        file.SetLength(magic + whole);
        file.Seek(0, SeekOrigin.End);
    }

    public void Append(in LedgerRecord entry)
    {
        entry.Write(record);
        file.Write(record);
    }

    /// <summary>Hands what was appended to the operating system: it survives this process.</summary>
    public void Flush() => file.Flush();

    /// <summary>Waits until it is on the disk: it survives the machine.</summary>
    public void Sync() => file.Flush(flushToDisk: true);

    public void Dispose() => file.Dispose();
}
