using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Losses;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Up to two convolution stages, block by block, and then fully connected ones, a chunk at a time. All memory is here, and is allocated once.
/// </summary>
internal sealed unsafe class NetworkPass<TLanes, TActivation, TPooling> : INetworkPass
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
    where TPooling : struct, IPooling
{
    private readonly NetworkShape shape;
    private readonly ChunkLoss loss;
    private readonly ConvolutionStage<TLanes, TActivation, TPooling>[] convolutions;
    private readonly LinearStage<TLanes, TActivation>[] layers;

    // Inputs and pooled values of every block of a chunk, one buffer a convolution: its input planes.
    private readonly AlignedFloats[] planes;
    private readonly AlignedFloats planeGradient;

    // What the first fully connected layer takes: [feature][sample].
    private readonly AlignedFloats features;
    private readonly AlignedFloats featureGradient;
    private readonly AlignedFloats padded;
    private readonly AlignedFloats note = new(Block.Samples);

    public NetworkPass(NetworkShape shape, TActivation activation, ChunkLoss loss)
    {
        this.shape = shape;
        this.loss = loss;
        int blocks = Chunk.Samples / TLanes.Count;
        ConvolutionShape[] shapes = shape.Convolutions;
        convolutions = new ConvolutionStage<TLanes, TActivation, TPooling>[shapes.Length];
        planes = new AlignedFloats[shapes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            convolutions[i] = new ConvolutionStage<TLanes, TActivation, TPooling>(shapes[i], activation, blocks, wholeGradient: i > 0);
            planes[i] = new AlignedFloats(blocks * shapes[i].InputSize * TLanes.Count);
        }

        planeGradient = new AlignedFloats(shapes.Length < 2 ? 0 : shapes[1].InputSize * TLanes.Count);
        layers = new LinearStage<TLanes, TActivation>[shape.Widths.Length - 1];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = new LinearStage<TLanes, TActivation>(shape.Widths[i], shape.Widths[i + 1], i + 1 < layers.Length ? activation : null, shape.Dropouts[i]);
        }

        features = new AlignedFloats(checked(shape.Widths[0] * Chunk.Samples));
        featureGradient = new AlignedFloats(shapes.Length == 0 ? 0 : shape.Widths[0] * Chunk.Samples);
        padded = new AlignedFloats(TLanes.Count * shape.Inputs);
    }

    public IGradientPhases? Phases { get; set; }

    public void Begin()
    {
        foreach (ConvolutionStage<TLanes, TActivation, TPooling> stage in convolutions)
        {
            stage.Clear();
        }
    }

    public double Run(Chunk chunk, Batch batch, float* weights, float* gradient, out int correct)
    {
        note.Values.Clear();
        fixed (float* inputs = batch.Inputs)
        {
            Load(chunk, inputs + ((nint)chunk.Start * shape.Inputs));
        }

        ConvolveAll(chunk, weights);
        DropoutKey? dropout = gradient == null ? null : batch.Dropout;
        float* values = features.First;
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].Forward(chunk, values, weights + shape.LayerOffset(i), note.First, dropout);
            values = layers[i].Output;
        }

        LinearStage<TLanes, TActivation> last = layers[^1];
        double sum = loss(values, last.Outputs, chunk, batch, last.Gradient, out correct);
        if (!double.IsFinite(sum) || Finite.IndexOfOther(note.Values) >= 0)
        {
            return double.IsFinite(sum) ? double.NaN : sum;
        }

        if (gradient != null)
        {
            Phases?.ForwardEnded();
            Back(chunk, weights, gradient);
            Phases?.BackwardEnded();
        }

        return sum;
    }

    public void CopyLogits(Chunk chunk, float* logits_NK)
    {
        LinearStage<TLanes, TActivation> last = layers[^1];
        Transposition.Copy(last.Output, Chunk.Samples, logits_NK, last.Outputs, last.Outputs, chunk.Count);
    }

    public void End(float* gradient)
    {
        for (int i = 0; i < convolutions.Length; i++)
        {
            float* weights = gradient + shape.ConvolutionOffset(i);
            convolutions[i].Sum(weights, weights + (shape.Convolutions[i].Outputs * shape.Convolutions[i].FanIn));
        }
    }

    private void ConvolveAll(Chunk chunk, float* weights)
    {
        int blocks = chunk.Blocks(TLanes.Count);
        for (int i = 0; i < convolutions.Length; i++)
        {
            ConvolutionShape conv = shape.Convolutions[i];
            float* own = weights + shape.ConvolutionOffset(i);
            float* bias = own + (conv.Outputs * conv.FanIn);
            bool isLast = i + 1 == convolutions.Length;
            for (int block = 0; block < blocks; block++)
            {
                float* output = isLast ? features.First + (block * TLanes.Count) : BlockOf(i + 1, block);
                convolutions[i].Forward(block, BlockOf(i, block), own, bias, output, isLast ? Chunk.Samples : TLanes.Count, note.First);
            }
        }

        if (convolutions.Length > 0)
        {
            ClearFeatures(blocks * TLanes.Count, chunk.Live);
        }
    }

    private void Back(Chunk chunk, float* weights, float* gradient)
    {
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            float* input = i == 0 ? features.First : layers[i - 1].Output;
            float* inputGradient = i > 0 ? layers[i - 1].Gradient : convolutions.Length > 0 ? featureGradient.First : null;
            layers[i].Back(chunk, input, weights + shape.LayerOffset(i), gradient + shape.LayerOffset(i), inputGradient);
        }

        for (int block = 0; convolutions.Length > 0 && block < chunk.Blocks(TLanes.Count); block++)
        {
            float* output = features.First + (block * TLanes.Count);
            float* from = featureGradient.First + (block * TLanes.Count);
            nint stride = Chunk.Samples;
            for (int i = convolutions.Length - 1; i >= 0; i--)
            {
                float* inputGradient = i > 0 ? planeGradient.First : null;
                convolutions[i].Back(
                    block, block * TLanes.Count % Block.Samples, output, from, stride, BlockOf(i, block), weights + shape.ConvolutionOffset(i), inputGradient);
                output = BlockOf(i, block);
                from = inputGradient;
                stride = TLanes.Count;
            }
        }
    }

    private float* BlockOf(int convolution, int block) =>
        planes[convolution].First + ((nint)block * shape.Convolutions[convolution].InputSize * TLanes.Count);

    /// <summary>The chunk's inputs as lanes: planes of blocks, or features if there is no convolution.</summary>
    private void Load(Chunk chunk, float* inputs)
    {
        if (convolutions.Length == 0)
        {
            Transposition.Copy(inputs, shape.Inputs, features.First, Chunk.Samples, chunk.Count, shape.Inputs);
            ClearFeatures(chunk.Count, chunk.Live);
            return;
        }

        ConvolutionShape first = shape.Convolutions[0];
        nint size = (nint)first.InputSize * TLanes.Count;
        int border = (first.InputWidth - shape.ImageWidth) / 2;
        for (int start = 0; start < chunk.Count; start += TLanes.Count, inputs += (nint)TLanes.Count * shape.Inputs)
        {
            float* samples = Whole(inputs, Math.Min(TLanes.Count, chunk.Count - start));
            float* block = planes[0].First + (start / TLanes.Count * size);
            for (int y = 0; y < shape.ImageHeight; y++)
            {
                float* row = block + ((((y + border) * first.InputWidth) + border) * TLanes.Count);
                Transposition.Copy(samples + (y * shape.ImageWidth), shape.Inputs, row, TLanes.Count, TLanes.Count, shape.ImageWidth);
            }
        }
    }

    /// <summary>The samples themselves, or a copy with zeros up to a whole vector of them.</summary>
    private float* Whole(float* samples, int count)
    {
        if (count == TLanes.Count)
        {
            return samples;
        }

        padded.Values.Clear();
        new ReadOnlySpan<float>(samples, count * shape.Inputs).CopyTo(padded.Values);
        return padded.First;
    }

    private void ClearFeatures(int from, int to)
    {
        for (int i = 0; i < shape.Widths[0] && from < to; i++)
        {
            features.Values[((i * Chunk.Samples) + from)..((i * Chunk.Samples) + to)].Clear();
        }
    }
}
