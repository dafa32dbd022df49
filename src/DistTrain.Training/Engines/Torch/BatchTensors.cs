using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// The current batch as tensors. Copied into memory of one alignment, whatever the batch's own, so that equal batches
/// give equal bits; the views are made again only when the number of samples changes.
/// </summary>
internal sealed class BatchTensors : IDisposable
{
    private AlignedTensor<float>? inputs;
    private AlignedTensor<long>? labels;
    private AlignedTensor<float>? pixels;

    /// <summary>N x C x H x W.</summary>
    public Tensor Inputs { get; private set; } = null!;

    /// <summary>N class numbers.</summary>
    public Tensor Labels { get; private set; } = null!;

    /// <summary>N x (C H W), each from 0 to 1; null unless they were wanted.</summary>
    public Tensor Pixels { get; private set; } = null!;

    /// <param name="withPixels">Also the targets of an autoencoder. Always the same for one object.</param>
    public void Load(Batch batch, bool withPixels)
    {
        if (inputs is null || inputs.Length < batch.Inputs.Length)
        {
            Dispose();
            inputs = new AlignedTensor<float>(batch.Inputs.Length);
            labels = new AlignedTensor<long>(batch.Count);
            pixels = withPixels ? new AlignedTensor<float>(batch.Inputs.Length) : null;
            View(batch);
        }
        else if (Inputs.shape[0] != batch.Count)
        {
            DisposeViews();
            View(batch);
        }

        batch.Inputs.CopyTo(inputs.Values);
        batch.Labels.CopyTo(labels!.Values);
        if (pixels is not null)
        {
            batch.CopyPixels(0, pixels.Values[..batch.Inputs.Length]);
        }
    }

    public void Dispose()
    {
        DisposeViews();
        inputs?.Dispose();
        labels?.Dispose();
        pixels?.Dispose();
    }

    private void View(Batch batch)
    {
        Inputs = inputs!.View(0, batch.Count, batch.Channels, batch.Height, batch.Width);
        Labels = labels!.View(0, batch.Count);
        Pixels = pixels?.View(0, batch.Count, batch.Inputs.Length / batch.Count)!;
    }

    private void DisposeViews()
    {
        Inputs?.Dispose();
        Labels?.Dispose();
        Pixels?.Dispose();
    }
}
