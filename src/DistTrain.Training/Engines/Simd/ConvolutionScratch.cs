using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// What a thread needs for itself while it computes blocks of a <see cref="ConvolutionStage{TLanes, TActivation, TPooling}"/>. What only the way back needs is made
/// for the first of them: a thread that evaluates never has one. So are two rows of outputs, where there is a need.
/// </summary>
/// <param name="bandRows">Rows of gradients that are there at once.</param>
internal sealed unsafe class ConvolutionScratch<TLanes, TActivation>(ConvolutionShape shape, TActivation activation, int bandRows)
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private SparseBack<TLanes, TActivation>? sparse;
    private PickedBack<TLanes, TActivation>? picked;
    private ListedBack<TLanes, TActivation>? listed;
    private AlignedFloats? band;
    private OutputRows<TLanes, TwoRows>? twos;

    /// <summary>Four rows of outputs at a time.</summary>
    public OutputRows<TLanes, FourRows> Fours { get; } = new(shape);

    /// <summary>Two rows, where four are too many.</summary>
    public OutputRows<TLanes, TwoRows> Twos => twos ??= new OutputRows<TLanes, TwoRows>(shape);

    public SparseBack<TLanes, TActivation> Sparse => sparse ??= new SparseBack<TLanes, TActivation>(shape, activation);

    public PickedBack<TLanes, TActivation> Picked => picked ??= new PickedBack<TLanes, TActivation>(shape, activation);

    public ListedBack<TLanes, TActivation> Listed => listed ??= new ListedBack<TLanes, TActivation>(shape, activation);

    /// <summary>Gradients of outputs before pooling: outputs x rows x width.</summary>
    public float* Band => (band ??= new AlignedFloats(shape.Outputs * bandRows * shape.Width * TLanes.Count)).First;
}
