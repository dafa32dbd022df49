namespace DistTrain.Training.Ledger;

/// <summary>Reads a ledger from its beginning.</summary>
public static class LedgerReader
{
    /// <summary>
    /// The records in the order they were written. A half-written last record is left out, as a crash may leave one;
    /// a damaged record before that is an error.
    /// </summary>
    /// <exception cref="UserErrorException">The file is missing, no ledger, or damaged.</exception>
    public static IEnumerable<LedgerRecord> Read(string path)
    {
        using FileStream file = Open(path);
        byte[] record = new byte[LedgerRecord.Size];
        int magic = LedgerFile.Magic.Length;
        if (file.ReadAtLeast(record.AsSpan(0, magic), magic, throwOnEndOfStream: false) < magic || !record.AsSpan(0, magic).SequenceEqual(LedgerFile.Magic))
        {
            throw new UserErrorException($"{path}: this is not a ledger (it does not begin with its mark)");
        }

        for (long offset = magic; ; offset += LedgerRecord.Size)
        {
            int read = file.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
            if (read < record.Length)
            {
                yield break;
            }

            if (!LedgerRecord.TryRead(record, out LedgerRecord entry))
            {
                throw new UserErrorException($"{path}: damaged record at offset {offset} (its checksum does not match)");
            }

            yield return entry;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 256 * 1024);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: the ledger cannot be read: {error.Message}", error);
        }
    }
}
