namespace DistTrain.Training.Ledger;

/// <summary>The names and numbers that the writer and the reader of a ledger agree on.</summary>
internal static class LedgerFile
{
    /// <summary>First bytes of the file; the digit is the format's version.</summary>
    public static ReadOnlySpan<byte> Magic => "DTLEDGR1"u8;
}
