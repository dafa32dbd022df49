using System.Buffers.Binary;
using System.IO.Hashing;

namespace DistTrain.Training.Ledger;

public enum LedgerRecordKind : ushort
{
    /// <summary>A microbatch's gradient went into an update of one partition.</summary>
    Applied = 1,

    /// <summary>The run went on from a checkpoint: what was recorded of later versions before this is void.</summary>
    Resumed = 2,
}

/// <summary>One line of the ledger, 56 bytes on disk, little-endian, closed by a CRC-32 of the 52 bytes before it.</summary>
/// <param name="Partition">Partition that applied it.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Step">Within the epoch, from 0.</param>
/// <param name="Version">Version of the weights that the update made; for <see cref="LedgerRecordKind.Resumed"/> the version resumed at.</param>
/// <param name="Samples">Size of the microbatch.</param>
/// <param name="Worker">Number of the worker that computed it, within the run.</param>
/// <param name="Incarnation">Of that worker.</param>
/// <param name="GradientChecksum">XxHash3 (64 bit) of the partition's range of the microbatch's gradient sum.</param>
public readonly record struct LedgerRecord(
    LedgerRecordKind Kind,
    int Partition,
    int Epoch,
    int Shard,
    int Step,
    long Version,
    int Samples,
    int Worker,
    ulong Incarnation,
    ulong GradientChecksum)
{
    /// <summary>Bytes of one record.</summary>
    public const int Size = 56;

    private const int ChecksumAt = Size - sizeof(uint);

    public static LedgerRecord Resumption(long version) => new(LedgerRecordKind.Resumed, 0, 0, 0, 0, version, 0, 0, 0, 0);

    public void Write(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(record[2..], checked((ushort)Partition));
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], Epoch);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], Shard);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], Step);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], Samples);
        BinaryPrimitives.WriteInt32LittleEndian(record[28..], Worker);
        BinaryPrimitives.WriteUInt64LittleEndian(record[32..], Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(record[40..], GradientChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(record[48..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Crc32.HashToUInt32(record[..ChecksumAt]));
    }

    /// <summary>False when the bytes are not a record that <see cref="Write"/> made.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out LedgerRecord read)
    {
        read = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]) != Crc32.HashToUInt32(record[..ChecksumAt]))
        {
            return false;
        }

        read = new LedgerRecord(
            (LedgerRecordKind)BinaryPrimitives.ReadUInt16LittleEndian(record),
            BinaryPrimitives.ReadUInt16LittleEndian(record[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[28..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[40..]));
        return read.Kind is LedgerRecordKind.Applied or LedgerRecordKind.Resumed;
    }
}
