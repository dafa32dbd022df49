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

    /// <summary>N x C x H x W.</summary>
    public Tensor Inputs { get; private set; } = null!;

    /// <summary>N class numbers.</summary>
    public Tensor Labels { get; private set; } = null!;

    public void Load(Batch batch)
    {
        if (inputs is null || inputs.Length < batch.Inputs.Length)
        {
            Dispose();
            inputs = new AlignedTensor<float>(batch.Inputs.Length);
            labels = new AlignedTensor<long>(batch.Count);
            View(batch);
        }
        else if (Inputs.shape[0] != batch.Count)
        {
            DisposeViews();
            View(batch);
        }

        batch.Inputs.CopyTo(inputs.Values);
        batch.Labels.CopyTo(labels!.Values);
    }

    public void Dispose()
    {
        DisposeViews();
        inputs?.Dispose();
        labels?.Dispose();
    }

    private void View(Batch batch)
    {
        Inputs = inputs!.View(0, batch.Count, batch.Channels, batch.Height, batch.Width);
        Labels = labels!.View(0, batch.Count);
    }

    private void DisposeViews()
    {
        Inputs?.Dispose();
        Labels?.Dispose();
    }
}
