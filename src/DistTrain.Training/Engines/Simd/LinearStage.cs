using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;
using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// A fully connected layer and the activation and dropout behind it, if any, for a chunk of samples. Values are [feature][sample], rows of
/// <see cref="Chunk.Samples"/>.
/// </summary>
internal sealed unsafe class LinearStage<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private readonly int inputs;
    private readonly int outputs;
    private readonly TActivation? activation;
    private readonly AlignedFloats output;

    // What the activation's way back takes: the output, unless it wants its input.
    private readonly AlignedFloats kept;
    private readonly AlignedFloats gradient;
    private readonly AlignedFloats inputRows;
    private readonly int inputRow;
    private readonly DropoutStage<TLanes>? dropout;
    private readonly LiveUnits live;
    private readonly MatrixParts<TLanes> products = new();
    private readonly MatrixParts<TLanes> weightProducts = new();
    private bool dropped;

    /// <param name="activation">Null for none.</param>
    public LinearStage(int inputs, int outputs, TActivation? activation, DropoutMask? dropout = null)
    {
        this.inputs = inputs;
        this.outputs = outputs;
        this.activation = activation;
        inputRow = (inputs + (2 * Block.Samples) - 1) / (2 * Block.Samples) * (2 * Block.Samples);
        output = new AlignedFloats(checked(outputs * Chunk.Samples));
        kept = activation is not null && TActivation.BackTakesInput ? new AlignedFloats(outputs * Chunk.Samples) : output;
        gradient = new AlignedFloats(checked(outputs * Chunk.Samples));
        inputRows = new AlignedFloats(checked(inputRow * Chunk.Samples));
        live = new LiveUnits(outputs);
        this.dropout = dropout is null ? null : new DropoutStage<TLanes>(outputs, dropout);
    }

    /// <summary>Who may take parts of the matrix products; null for nobody.</summary>
    public IWorkSharing? Sharing { get; set; }

    public int Inputs => inputs;

    public int Outputs => outputs;

    /// <summary>outputs x samples.</summary>
    public float* Output => dropped ? dropout!.Output : output.First;

    /// <summary>Of the outputs; after <see cref="Back"/> of the weighted sums of those units that pass something back, one behind the other.</summary>
    public float* Gradient => gradient.First;

    /// <param name="input">inputs x samples.</param>
    /// <param name="weights">outputs x inputs, and then the biases.</param>
    /// <param name="note">As of <see cref="ConvolutionStage{TLanes, TActivation, TPooling}"/>.</param>
    /// <param name="key">What dropout is drawn from; null for none.</param>
    public void Forward(Chunk chunk, float* input, float* weights, float* note, DropoutKey? key = null)
    {
        float* bias = weights + ((nint)outputs * inputs);
        for (int o = 0; o < outputs; o++)
        {
            output.Values.Slice(o * Chunk.Samples, Chunk.Samples).Fill(bias[o]);
        }

        products.Run(
            new()
            {
                A = weights,
                ARow = inputs,
                AColumn = 1,
                B = input,
                BRow = Chunk.Samples,
                C = output.First,
                CRow = Chunk.Samples,
                Rows = outputs,
                Columns = chunk.Columns(TLanes.Count),
                Inner = inputs,
            },
            Sharing);
        if (activation is { } function)
        {
            Activate(function, chunk, note);
        }

        dropped = dropout is not null && key is not null;
        if (dropped)
        {
            dropout!.Forward(chunk, key!.Value, output.First);
        }
    }

    /// <summary>Of what <see cref="Back"/> and <see cref="BeginWeights"/> need, samples that have a way back take the first places.</summary>
    public void Keep(KeptSamples samples)
    {
        samples.MoveColumns(output.First, outputs);
        if (kept != output)
        {
            samples.MoveColumns(kept.First, outputs);
        }

        if (dropped)
        {
            dropout!.Keep(samples);
        }
    }

    /// <summary>The same of the outputs' gradient, which is zero behind them.</summary>
    public void KeepGradient(KeptSamples samples)
    {
        samples.MoveColumns(Gradient, outputs);
        for (int o = 0; o < outputs; o++)
        {
            gradient.Values.Slice(o * Chunk.Samples, Chunk.Samples)[samples.Count..].Clear();
        }
    }

    /// <summary>Turns the outputs' gradient into that of the weighted sums, as <see cref="Gradient"/> says, and of the inputs.</summary>
    /// <param name="inputGradient">inputs x samples, overwritten; null if it is not wanted.</param>
    public void Back(Chunk chunk, float* weights, float* inputGradient)
    {
        if (dropped)
        {
            dropout!.Back(chunk, Gradient);
        }

        if (activation is { } function)
        {
            Deactivate(function, chunk);
        }

        live.Gather(Gradient, chunk);
        if (inputGradient != null)
        {
            products.Run(
                new()
                {
                    A = weights,
                    ARow = 1,
                    AColumn = inputs,
                    B = Gradient,
                    BRow = Chunk.Samples,
                    C = inputGradient,
                    CRow = Chunk.Samples,
                    Rows = inputs,
                    Columns = chunk.Columns(TLanes.Count),
                    Inner = live.Count,
                    ColumnsOfA = live.Listed,
                    Fresh = true,
                },
                Sharing);
        }
    }

    /// <summary>
    /// After <see cref="Back"/>: adds a chunk's gradient of the biases, and begins that of the weights, of which each part is to be
    /// <see cref="AddWeights">added</see>. The batch's first chunk replaces what was there.
    /// </summary>
    /// <param name="input">inputs x samples.</param>
    /// <param name="weightGradient">Laid out like the weights.</param>
    /// <returns>How many parts there are.</returns>
    public int BeginWeights(Chunk chunk, float* input, float* weightGradient)
    {
        bool first = chunk.Start == 0;
        AddBiases(chunk, weightGradient + ((nint)outputs * inputs), first);
        Transposition.Copy(input, Chunk.Samples, inputRows.First, inputRow, inputs, chunk.Count);
        if (first)
        {
            live.ClearOthers(weightGradient, inputs);
        }

        weightProducts.Begin(new()
        {
            A = Gradient,
            ARow = Chunk.Samples,
            AColumn = 1,
            B = inputRows.First,
            BRow = inputRow,
            C = weightGradient,
            CRow = inputs,
            Rows = live.Count,
            RowsOfC = live.Listed,
            Columns = inputs,
            Inner = chunk.Count,
            Fresh = first,
        });
        return weightProducts.Groups;
    }

    /// <summary>Adds one part of the weights' gradient. Different parts may be added at once.</summary>
    public void AddWeights(int part) => weightProducts.Compute(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(TActivation function, Chunk chunk, float* note)
    {
        TLanes zero = TLanes.Of(0f);
        TLanes finite = TLanes.Load(note);
        for (int o = 0; o < outputs; o++)
        {
            float* y = output.First + ((nint)o * Chunk.Samples);
            for (int s = 0; s < chunk.Live; s += TLanes.Count)
            {
                TLanes x = TLanes.Load(y + s);
                finite = TLanes.MultiplyAdd(x, zero, finite);
                function.Apply(x).Store(y + s);
                if (TActivation.BackTakesInput)
                {
                    x.Store(kept.First + ((nint)o * Chunk.Samples) + s);
                }
            }
        }

        finite.Store(note);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Deactivate(TActivation function, Chunk chunk)
    {
        for (int o = 0; o < outputs; o++)
        {
            float* y = kept.First + ((nint)o * Chunk.Samples);
            float* g = Gradient + ((nint)o * Chunk.Samples);
            for (int s = 0; s < chunk.Live; s += TLanes.Count)
            {
                function.Back(TLanes.Load(g + s), TLanes.Load(y + s)).Store(g + s);
            }
        }
    }

    private void AddBiases(Chunk chunk, float* biases, bool first)
    {
        if (first)
        {
            new Span<float>(biases, outputs).Clear();
        }

        float* sums = stackalloc float[Block.Samples];
        for (int i = 0; i < live.Count; i++)
        {
            float* g = Gradient + ((nint)i * Chunk.Samples);
            for (int lane = 0; lane < Block.Samples; lane += TLanes.Count)
            {
                TLanes sum = TLanes.Load(g + lane);
                for (int s = lane + Block.Samples; s < chunk.Live; s += Block.Samples)
                {
                    sum += TLanes.Load(g + s);
                }

                sum.Store(sums + lane);
            }

            biases[live.Number(i)] += Block.Sum(sums);
        }
    }
}
