using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace DistTrain.Training.Buffers;

/// <summary>
/// A vector of floats in 64-byte aligned memory that never moves. Several hold it to read, and the last one sends it
/// home. Whoever rents it holds the first reference; contents are unspecified until written.
/// </summary>
public sealed class SharedBuffer
{
    /// <summary>One cache line, and one AVX-512 register.</summary>
    public const int Alignment = 64;

    private readonly IBufferHome home;
    private readonly Memory<byte> memory;
    private int references;
    private ulong checksum;
    private bool checksumKnown;

    /// <summary>A buffer in memory of its own.</summary>
    internal SharedBuffer(IBufferHome home, int length)
        : this(home, PinnedMemory.Allocate<byte>(checked(length * sizeof(float))))
    {
    }

    /// <summary>A buffer in memory that its home has from elsewhere; nobody holds it yet.</summary>
    /// <param name="memory">A whole number of floats, aligned, and where it is for as long as the buffer is held.</param>
    public SharedBuffer(IBufferHome home, Memory<byte> memory)
    {
        this.home = home;
        this.memory = memory;
        Length = memory.Length / sizeof(float);
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
            // Written only where it changes: several threads may write parts of it, and would take each other this cache line.
            if (Volatile.Read(ref checksumKnown))
            {
                Volatile.Write(ref checksumKnown, false);
            }

            return memory;
        }
    }

    /// <summary>The floats, to read alone.</summary>
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Content.Span);

    /// <summary>The bytes, to read alone.</summary>
    public ReadOnlyMemory<byte> Content => memory;

    /// <summary>
    /// XxHash3 (64 bit) of the content, computed once: the ledger and every link that sends this buffer want the same.
    /// Only once all is written.
    /// </summary>
    public ulong Checksum
    {
        get
        {
            // Two holders that ask at once compute the same.
            if (!Volatile.Read(ref checksumKnown))
            {
                checksum = XxHash3.HashToUInt64(Content.Span);
                Volatile.Write(ref checksumKnown, true);
            }

            return checksum;
        }
    }

    /// <summary>Adds a holder. Only a holder may call it.</summary>
    public SharedBuffer AddReference()
    {
        if (Interlocked.Increment(ref references) <= 1)
        {
            throw new InvalidOperationException("The buffer had already gone home.");
        }

        return this;
    }

    /// <summary>Gives up one reference; the last one sends the buffer home.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref references);
        if (left == 0)
        {
            home.Return(this);
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("The buffer was released more often than it was held.");
        }
    }

    /// <summary>For its home, when nobody holds it: begins with one reference, and forgets the checksum.</summary>
    public SharedBuffer Begin()
    {
        checksumKnown = false;
        Volatile.Write(ref references, 1);
        return this;
    }
}
