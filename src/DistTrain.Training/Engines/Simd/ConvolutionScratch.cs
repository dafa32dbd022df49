using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>What a thread needs for itself while it computes blocks of a <see cref="ConvolutionStage{TLanes, TActivation, TPooling}"/>.</summary>
internal sealed unsafe class ConvolutionScratch<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private readonly AlignedFloats band;

    /// <param name="passesOne">Pooling gives a window's gradient to one of its values.</param>
    public ConvolutionScratch(ConvolutionShape shape, TActivation activation, bool wholeGradient, bool passesOne)
    {
        Rows = new OutputRows<TLanes>(shape);
        Sparse = IsSparse(shape, wholeGradient, passesOne) ? new SparseBack<TLanes, TActivation>(shape, activation) : null;
        Picked = !wholeGradient && passesOne && PickedBack<TLanes, TActivation>.Pays ? new PickedBack<TLanes, TActivation>(shape, activation) : null;
        BandRows = wholeGradient ? shape.Height : 2;
        band = new AlignedFloats(Sparse is null && Picked is null ? shape.Outputs * BandRows * shape.Width * TLanes.Count : 0);
    }

    public OutputRows<TLanes> Rows { get; }

    /// <summary>Null where another way back is taken.</summary>
    public SparseBack<TLanes, TActivation>? Sparse { get; }

    /// <summary>Null where another way back is taken.</summary>
    public PickedBack<TLanes, TActivation>? Picked { get; }

    /// <summary>Rows of gradients that are there at once.</summary>
    public int BandRows { get; }

    /// <summary>Gradients of outputs before pooling: outputs x <see cref="BandRows"/> x width, where neither of the others is.</summary>
    public float* Band => band.First;

    public static bool IsSparse(ConvolutionShape shape, bool wholeGradient, bool passesOne) =>
        wholeGradient && passesOne && SparseBack<TLanes, TActivation>.Fits(shape);
}
