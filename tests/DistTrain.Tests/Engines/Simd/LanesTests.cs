using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

public sealed unsafe class LanesTests
{
    [Fact]
    public void Bytes_are_stored_as_they_were_loaded()
    {
        AssertBytes<FourLanes>();
        AssertBytes<EightLanes>();
        AssertBytes<SixteenLanes>();
    }

    private static void AssertBytes<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        byte[] stored = new byte[bytes.Length];
        fixed (byte* from = bytes, to = stored)
        {
            for (int i = 0; i < bytes.Length; i += TLanes.Count)
            {
                TLanes.LoadBytes(from + i).StoreBytes(to + i);
            }
        }

        Assert.Equal(bytes, stored);
    }
}
