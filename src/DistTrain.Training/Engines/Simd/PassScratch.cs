using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// What a thread needs for itself while it computes blocks of a <see cref="NetworkPass{TLanes, TActivation, TPooling}"/>. It belongs to the thread and not
/// to the pass: a thread that takes a part of another's work has it in its cache, where a fresh one made the part take 1.7 times as long.
/// </summary>
internal sealed unsafe class PassScratch<TLanes, TActivation, TPooling>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
    where TPooling : struct, IPooling
{
    private readonly NetworkShape shape;
    private AlignedFloats? planeGradient;
    private AlignedFloats? padded;

    private PassScratch(NetworkShape shape, ConvolutionStage<TLanes, TActivation, TPooling>[] stages)
    {
        this.shape = shape;
        Convolutions = [.. stages.Select(stage => stage.NewScratch())];
    }

    public ConvolutionScratch<TLanes, TActivation>[] Convolutions { get; }

    /// <summary>Of the second convolution's input.</summary>
    public float* PlaneGradient => (planeGradient ??= new AlignedFloats(shape.Convolutions[1].InputSize * TLanes.Count)).First;

    /// <summary>The calling thread's, for any pass with these kernels.</summary>
    /// <param name="stages">Those of the pass.</param>
    public static PassScratch<TLanes, TActivation, TPooling> OfThread(NetworkShape shape, ConvolutionStage<TLanes, TActivation, TPooling>[] stages)
    {
        if (ThreadScratch.Held is PassScratch<TLanes, TActivation, TPooling> held && held.Fits(shape))
        {
            return held;
        }

        var created = new PassScratch<TLanes, TActivation, TPooling>(shape, stages);
        ThreadScratch.Held = created;
        return created;
    }

    /// <summary>The samples themselves, or a copy with zeros up to a whole vector of them.</summary>
    /// <param name="samples">samples x inputs.</param>
    public float* Whole(float* samples, int count)
    {
        if (count == TLanes.Count)
        {
            return samples;
        }

        padded ??= new AlignedFloats(TLanes.Count * shape.Inputs);
        padded.Values.Clear();
        new ReadOnlySpan<float>(samples, count * shape.Inputs).CopyTo(padded.Values);
        return padded.First;
    }

    private bool Fits(NetworkShape other) =>
        ReferenceEquals(shape, other) || (ReferenceEquals(shape.Convolutions, other.Convolutions) && shape.Activation == other.Activation && shape.Inputs == other.Inputs);
}
