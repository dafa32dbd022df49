using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Losses;
using DistTrain.Training.Lanes;
using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Up to two convolution stages, block by block, and then fully connected ones, a chunk at a time. What passes from stage to stage is here, allocated once;
/// what a thread needs meanwhile is the thread's (<see cref="PassScratch{TLanes, TActivation, TPooling}"/>).
/// </summary>
/// <remarks>
/// A chunk goes through in divided works, parts of which other threads may take: sixteens of samples through the convolutions; rows of the matrix
/// products, layer by layer there and back to the features; and all gradients of weights at once.
/// </remarks>
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

    // What the first fully connected layer takes: [feature][sample].
    private readonly AlignedFloats features;
    private readonly AlignedFloats featureGradient;

    // A vector for each block, so that threads do not meet there, and the first one for the layers behind them.
    private readonly AlignedFloats notes = new(Chunk.Samples);
    private readonly SharableParts forward;
    private readonly SharableParts back;
    private readonly int[] weightParts;
    private readonly KeptSamples kept = new();
    private IWorkSharing? sharing;

    // What a part takes.
    private Chunk chunk;
    private float* chunkInputs;

    // Instead of inputs, where bytes are taken: whose, and the first of its source.
    private Batch? bytes;
    private byte* pixels;
    private float* weights;
    private int convolved;

    // Sets of accumulators that the batch was added to: before this chunk's way back, and with it.
    private int earlierSets;
    private int sets;

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

        layers = new LinearStage<TLanes, TActivation>[shape.Widths.Length - 1];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = new LinearStage<TLanes, TActivation>(shape.Widths[i], shape.Widths[i + 1], i + 1 < layers.Length ? activation : null, shape.Dropouts[i]);
        }

        features = new AlignedFloats(checked(shape.Widths[0] * Chunk.Samples));
        featureGradient = new AlignedFloats(shapes.Length == 0 ? 0 : shape.Widths[0] * Chunk.Samples);
        forward = new SharableParts(Convolve);
        back = new SharableParts(AddGradient);
        weightParts = new int[layers.Length];
    }

    public IGradientPhases? Phases { get; set; }

    public int Skipped { get; private set; }

    public IWorkSharing? Sharing
    {
        get => sharing;
        set
        {
            sharing = value;
            foreach (LinearStage<TLanes, TActivation> layer in layers)
            {
                layer.Sharing = value;
            }
        }
    }

    public bool TakesBytes(Batch batch) =>
        convolutions.Length > 0 && batch.HasBytes && TLanes.Count % PixelLanes.Samples == 0 && PixelLanes.Fits(shape.ImageWidth);

    public double Run(Chunk chunk, Batch batch, float* weights, float* gradient, out int correct)
    {
        this.chunk = chunk;
        this.weights = weights;
        Skipped = 0;
        notes.Values.Clear();
        Load(batch);

        DropoutKey? dropout = gradient == null ? null : batch.Dropout;
        float* values = features.First;
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].Forward(chunk, values, weights + shape.LayerOffset(i), notes.First, dropout);
            values = layers[i].Output;
        }

        LinearStage<TLanes, TActivation> last = layers[^1];
        Span<double> losses = stackalloc double[chunk.Count];
        correct = loss(values, last.Outputs, chunk, batch, last.Gradient, losses);
        double sum = 0;
        foreach (double own in losses)
        {
            sum += own;
        }

        if (!double.IsFinite(sum) || Finite.IndexOfOther(notes.Values) >= 0)
        {
            return double.IsFinite(sum) ? double.NaN : sum;
        }

        if (gradient != null)
        {
            Phases?.ForwardEnded();
            Keep(losses);
            Back(gradient);
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
        // Without a set no sample had a way back, and there are zeros already.
        for (int i = 0; i < convolutions.Length && sets > 0; i++)
        {
            float* own = gradient + shape.ConvolutionOffset(i);
            convolutions[i].Sum(sets, own, own + (shape.Convolutions[i].Outputs * shape.Convolutions[i].FanIn));
        }
    }

    /// <summary>The chunk's inputs become features.</summary>
    private void Load(Batch from)
    {
        try
        {
            if (TakesBytes(from))
            {
                fixed (byte* first = from.Source.Pixels)
                {
                    bytes = from;
                    pixels = first;
                    Load();
                }
            }
            else
            {
                fixed (float* inputs = from.Inputs)
                {
                    chunkInputs = inputs + ((nint)chunk.Start * shape.Inputs);
                    Load();
                }
            }
        }
        finally
        {
            bytes = null;
            pixels = null;
            chunkInputs = null;
        }
    }

    /// <summary>Through the convolutions, if there are any.</summary>
    private void Load()
    {
        if (convolutions.Length == 0)
        {
            Transposition.Copy(chunkInputs, shape.Inputs, features.First, Chunk.Samples, chunk.Count, shape.Inputs);
            ClearFeatures(chunk.Count, chunk.Live);
            return;
        }

        for (int i = 0; i < convolutions.Length; i++)
        {
            convolutions[i].PrepareForward(weights + shape.ConvolutionOffset(i));
        }

        forward.Run(chunk.Sets, sharing);
        ClearFeatures(chunk.Blocks(TLanes.Count) * TLanes.Count, chunk.Live);
    }

    /// <summary>The chunk becomes that of the samples with a way back.</summary>
    private void Keep(ReadOnlySpan<double> losses)
    {
        kept.Choose(losses, shape.LeastLoss);
        Skipped = chunk.Count - kept.Count;
        if (Skipped == 0)
        {
            return;
        }

        // Of the last layer the way back reads nothing but the gradient.
        for (int i = 0; i + 1 < layers.Length; i++)
        {
            layers[i].Keep(kept);
        }

        layers[^1].KeepGradient(kept);
        kept.MoveColumns(features.First, shape.Widths[0]);
        for (int i = 0; i < convolutions.Length; i++)
        {
            convolutions[i].Keep(kept, planes[i].First);
        }

        chunk = chunk with { Count = kept.Count };
    }

    private void Back(float* gradient)
    {
        earlierSets = chunk.Start == 0 ? 0 : sets;
        if (chunk.Count == 0)
        {
            sets = earlierSets;
            if (chunk.Start == 0)
            {
                new Span<float>(gradient, shape.Parameters).Clear();
            }

            return;
        }

        for (int i = layers.Length - 1; i >= 0; i--)
        {
            layers[i].Back(chunk, weights + shape.LayerOffset(i), i > 0 ? layers[i - 1].Gradient : convolutions.Length > 0 ? featureGradient.First : null);
        }

        for (int i = 0; i < convolutions.Length; i++)
        {
            convolutions[i].PrepareBack(weights + shape.ConvolutionOffset(i));
        }

        convolved = convolutions.Length > 0 ? chunk.Sets : 0;
        sets = Math.Max(earlierSets, convolved);
        int parts = convolved;
        for (int i = 0; i < layers.Length; i++)
        {
            weightParts[i] = layers[i].BeginWeights(chunk, i == 0 ? features.First : layers[i - 1].Output, gradient + shape.LayerOffset(i));
            parts += weightParts[i];
        }

        back.Run(parts, sharing);
    }

    /// <summary>
    /// A part of the weights' gradients. The long ones, of the convolutions, are the first and the last: the owner begins with the former, another
    /// thread with the latter. When they meet only short ones are left, so that neither waits long for the other.
    /// </summary>
    private void AddGradient(int part)
    {
        int early = (convolved + 1) / 2;
        if (part < early)
        {
            ConvolveBack(part);
            return;
        }

        part -= early;
        for (int i = 0; i < layers.Length; part -= weightParts[i++])
        {
            if (part < weightParts[i])
            {
                layers[i].AddWeights(part);
                return;
            }
        }

        ConvolveBack(early + part);
    }

    /// <summary>Sixteen samples, from inputs to features.</summary>
    private void Convolve(int set)
    {
        PassScratch<TLanes, TActivation, TPooling> scratch = PassScratch<TLanes, TActivation, TPooling>.OfThread(shape, convolutions);
        for (int block = FirstBlock(set); block < EndBlock(set); block++)
        {
            Load(block, scratch);
            for (int i = 0; i < convolutions.Length; i++)
            {
                ConvolutionShape conv = shape.Convolutions[i];
                float* bias = weights + shape.ConvolutionOffset(i) + (conv.Outputs * conv.FanIn);
                bool isLast = i + 1 == convolutions.Length;
                float* output = isLast ? features.First + (block * TLanes.Count) : BlockOf(i + 1, block);
                convolutions[i].Forward(scratch.Convolutions[i], block, BlockOf(i, block), bias, output, isLast ? Chunk.Samples : TLanes.Count, notes.First + (set * Block.Samples));
            }
        }
    }

    /// <summary>Sixteen samples, from gradients of features to those of the convolutions' weights.</summary>
    private void ConvolveBack(int set)
    {
        PassScratch<TLanes, TActivation, TPooling> scratch = PassScratch<TLanes, TActivation, TPooling>.OfThread(shape, convolutions);
        for (int i = 0; i < convolutions.Length && set >= earlierSets; i++)
        {
            convolutions[i].Clear(set);
        }

        for (int block = FirstBlock(set); block < EndBlock(set); block++)
        {
            float* output = features.First + (block * TLanes.Count);
            float* from = featureGradient.First + (block * TLanes.Count);
            int samples = Math.Min(TLanes.Count, chunk.Count - (block * TLanes.Count));
            nint stride = Chunk.Samples;
            for (int i = convolutions.Length - 1; i >= 0; i--)
            {
                float* inputGradient = i > 0 ? scratch.PlaneGradient : null;
                convolutions[i].Back(scratch.Convolutions[i], block, samples, output, from, stride, BlockOf(i, block), weights + shape.ConvolutionOffset(i), inputGradient);
                output = BlockOf(i, block);
                from = inputGradient;
                stride = TLanes.Count;
            }
        }
    }

    private static int FirstBlock(int set) => set * Block.Samples / TLanes.Count;

    private int EndBlock(int set) => Math.Min(FirstBlock(set + 1), chunk.Blocks(TLanes.Count));

    private float* BlockOf(int convolution, int block) =>
        planes[convolution].First + ((nint)block * shape.Convolutions[convolution].InputSize * TLanes.Count);

    /// <summary>A block's inputs become planes of vectors.</summary>
    private void Load(int block, PassScratch<TLanes, TActivation, TPooling> scratch)
    {
        ConvolutionShape first = shape.Convolutions[0];
        int border = (first.InputWidth - shape.ImageWidth) / 2;
        int start = block * TLanes.Count;
        nint row = (nint)first.InputWidth * TLanes.Count;
        float* plane = BlockOf(0, block) + (((border * first.InputWidth) + border) * TLanes.Count);
        if (bytes is not null)
        {
            for (int lane = 0; lane < TLanes.Count; lane += PixelLanes.Samples)
            {
                LoadBytes(start + lane, plane + lane, row);
            }

            return;
        }

        float* samples = scratch.Whole(chunkInputs + ((nint)start * shape.Inputs), Math.Min(TLanes.Count, chunk.Count - start));
        for (int y = 0; y < shape.ImageHeight; y++, samples += shape.ImageWidth, plane += row)
        {
            Transposition.Copy(samples, shape.Inputs, plane, TLanes.Count, TLanes.Count, shape.ImageWidth);
        }
    }

    /// <summary>Some lanes of a plane.</summary>
    /// <param name="start">Number of the first one's sample within the chunk.</param>
    private void LoadBytes(int start, float* plane, nint row)
    {
        byte** images = stackalloc byte*[PixelLanes.Samples];
        int count = Math.Clamp(chunk.Count - start, 0, PixelLanes.Samples);
        start += chunk.Start;
        for (int i = 0; i < PixelLanes.Samples; i++)
        {
            images[i] = i < count ? pixels + ((nint)bytes!.Samples[start + i] * shape.Inputs) : pixels;
        }

        bytes!.Prefetch(start + PixelLanes.Samples, PixelLanes.Samples);
        PixelLanes.Load(images, count, shape.ImageHeight, shape.ImageWidth, bytes.Scale, plane, row, TLanes.Count);
    }

    private void ClearFeatures(int from, int to)
    {
        for (int i = 0; i < shape.Widths[0] && from < to; i++)
        {
            features.Values[((i * Chunk.Samples) + from)..((i * Chunk.Samples) + to)].Clear();
        }
    }
}
