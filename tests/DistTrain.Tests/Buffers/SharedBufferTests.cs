using System.IO.Hashing;
using System.Runtime.InteropServices;
using CsCheck;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Buffers;

public sealed class SharedBufferTests
{
    [Fact]
    public void Checksum_after_any_writes_is_that_of_the_present_content() =>
        Gen.Select(Gen.Int[0, 6], Gen.Float, Gen.Bool).List[1, 20].Sample(writes =>
        {
            SharedBuffer buffer = new BufferPool(7).Rent();
            buffer.Floats.Clear();
            foreach ((int index, float value, bool asBytes) in writes)
            {
                if (asBytes)
                {
                    MemoryMarshal.Write(buffer.Bytes.Span[(index * sizeof(float))..], value);
                }
                else
                {
                    buffer.Floats[index] = value;
                }

                ulong expected = XxHash3.HashToUInt64(buffer.Content.Span);
                Assert.Equal(expected, buffer.Checksum);
                Assert.Equal(expected, buffer.Checksum);
            }
        });

    [Fact]
    public void Checksum_of_a_buffer_that_was_returned_and_rented_again_is_of_what_was_written_since()
    {
        var pool = new BufferPool(100);
        SharedBuffer first = pool.Rent();
        first.Floats.Fill(1);
        ulong ofOnes = first.Checksum;
        first.Release();

        SharedBuffer second = pool.Rent();
        Assert.Same(first, second);
        second.Floats.Fill(2);
        Assert.NotEqual(ofOnes, second.Checksum);
    }
}
