using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>The loss of an autoencoder: for each sample the mean over its pixels.</summary>
/// <param name="pixels">Of one image, C x H x W.</param>
internal sealed unsafe class PixelLossSum<TLanes, TLoss>(int pixels)
    where TLanes : struct, ILanes<TLanes>
    where TLoss : struct, IPixelLoss
{
    /// <summary>Pixels whose losses are summed in float32, as vectors, before they go on in double: products of 2 stay far from overflow.</summary>
    private const int Run = 32;

    // [sample][pixel], and [pixel][sample].
    private readonly AlignedFloats images = new(checked(pixels * Chunk.Samples));
    private readonly AlignedFloats targets = new(checked(pixels * Chunk.Samples));
    private readonly AlignedFloats sums = new(Chunk.Samples);
    private readonly AlignedFloats products = new(Chunk.Samples);

    /// <inheritdoc cref="ChunkLoss"/>
    public int Of(float* logits, int outputs, Chunk chunk, Batch batch, float* gradient, Span<double> losses)
    {
        batch.CopyPixels(chunk.Start, images.Values[..(chunk.Count * pixels)]);
        Transposition.Copy(images.First, pixels, targets.First, Chunk.Samples, chunk.Count, pixels);
        losses[..chunk.Count].Clear();
        for (int first = 0; first < pixels; first += Run)
        {
            int end = Math.Min(pixels, first + Run);
            for (int s = 0; s < chunk.Live; s += TLanes.Count)
            {
                Add(logits + s, first, end, gradient + s, s);
            }

            for (int s = 0; s < chunk.Count; s++)
            {
                losses[s] += TLoss.Finish(sums.First[s], products.First[s]);
            }
        }

        for (int p = 0; p < pixels; p++)
        {
            new Span<float>(gradient + ((nint)p * Chunk.Samples), Chunk.Samples)[chunk.Count..].Clear();
        }

        foreach (ref double loss in losses[..chunk.Count])
        {
            loss /= pixels;
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* logits, int first, int end, float* gradient, int sample)
    {
        TLanes share = TLanes.Of(1f / pixels);
        TLanes zero = TLanes.Of(0f);
        TLanes sum = zero;
        TLanes product = TLanes.Of(1f);
        for (int p = first; p < end; p++)
        {
            nint at = (nint)p * Chunk.Samples;
            TLanes z = TLanes.Load(logits + at);
            TLanes slope = TLoss.Add(z, TLanes.Load(targets.First + at + sample), ref sum, ref product);
            (slope * share).Store(gradient + at);

            // NaN where z is infinite: its sigmoid would not show it.
            sum = TLanes.MultiplyAdd(z, zero, sum);
        }

        sum.Store(sums.First + sample);
        product.Store(products.First + sample);
    }
}
