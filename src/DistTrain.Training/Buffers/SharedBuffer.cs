using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DistTrain.Training.Buffers;

/// <summary>
/// A vector of floats in pinned, 64-byte aligned memory that several owners read and the last one returns to its
/// pool. Whoever rents it holds the first reference; contents are unspecified until written.
/// </summary>
public sealed class SharedBuffer
{
    /// <summary>One cache line, and one AVX-512 register.</summary>
    public const int Alignment = 64;

    private readonly BufferPool pool;
    private readonly byte[] storage;
    private readonly int start;
    private int references;
    private ulong checksum;
    private bool checksumKnown;

    internal SharedBuffer(BufferPool pool, int length)
    {
        this.pool = pool;
        Length = length;
        storage = GC.AllocateUninitializedArray<byte>((length * sizeof(float)) + Alignment, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        start = (int)((Alignment - (address % Alignment)) % Alignment);
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>To write, or to read. Whoever writes asks for it anew: it makes the buffer forget its checksum.</summary>
    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes.Span);

    /// <summary>The same memory as raw bytes, for sockets and files. Little-endian on every supported platform.</summary>
    public Memory<byte> Bytes
    {
        get
        {
            Volatile.Write(ref checksumKnown, false);
            return storage.AsMemory(start, Length * sizeof(float));
        }
    }

    /// <summary>The floats, to read alone.</summary>
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Content.Span);

    /// <summary>The bytes, to read alone.</summary>
    public ReadOnlyMemory<byte> Content => storage.AsMemory(start, Length * sizeof(float));

    /// <summary>
    /// XxHash3 (64 bit) of the content, computed once: the ledger and every link that sends this buffer want the same.
    /// Only once all is written.
    /// </summary>
    public ulong Checksum
    {
        get
        {
            // Two owners that ask at once compute the same.
            if (!Volatile.Read(ref checksumKnown))
            {
                checksum = XxHash3.HashToUInt64(Content.Span);
                Volatile.Write(ref checksumKnown, true);
            }

            return checksum;
        }
    }

    /// <summary>Adds an owner. Only an owner may call it.</summary>
    public SharedBuffer AddReference()
    {
        if (Interlocked.Increment(ref references) <= 1)
        {
            throw new InvalidOperationException("The buffer was already back in its pool.");
        }

        return this;
    }

    /// <summary>Gives up one reference; the last one returns the buffer to its pool.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref references);
        if (left == 0)
        {
            pool.Return(this);
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("The buffer was released more often than it was owned.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Rented() => Volatile.Write(ref references, 1);
}
