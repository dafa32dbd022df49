using System.Diagnostics;
using DistTrain.Training.Data;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks.Contestants;

/// <summary>
/// The loop that a user of TorchSharp would write, written well: one thread, the whole training set as one normalised
/// tensor in memory, a dispose scope a step, torch.optim.Adam. Loss and accuracy are not read back, which the trainer
/// does at every step.
/// </summary>
internal sealed class PlainTraining : ITraining
{
    private readonly bool classic;
    private readonly int batch;
    private readonly Tensor images_NCHW;
    private readonly Tensor labels_N;

    private PlainTraining(ImageDataset data, string variant, int batch)
    {
        classic = variant == ModelCatalog.Classic;
        this.batch = batch;

        // One thread, and glibc told to keep freed memory: what the trainer does for itself.
        _ = new TorchRuntime(threads: 1);
        LabelledImages train = data.Train;
        using var scope = NewDisposeScope();
        Tensor pixels = tensor(train.Pixels, [train.Count, train.Channels, train.Height, train.Width]);
        images_NCHW = pixels.to(ScalarType.Float32).div_(255).sub_(data.Mean[0]).div_(data.StandardDeviation[0]).DetachFromDisposeScope();
        labels_N = tensor(train.Labels).to(ScalarType.Int64).DetachFromDisposeScope();
    }

    public static async Task<PlainTraining> StartAsync(string data, string variant, int batch) =>
        new(await DatasetCatalog.OfThisMachine(data).LoadAsync("mnist", null, CancellationToken.None), variant, batch);

    public Task<(long Samples, double Seconds)> TrainAsync(int steps) => Task.FromResult(Train(steps));

    public ValueTask DisposeAsync()
    {
        images_NCHW.Dispose();
        labels_N.Dispose();
        return ValueTask.CompletedTask;
    }

    private (long Samples, double Seconds) Train(int steps)
    {
        set_num_threads(1);
        using var net = new PlainLeNet(classic);
        using var optimizer = optim.Adam(net.parameters(), 1e-3);
        net.train();
        long total = labels_N.shape[0];
        long samples = 0;
        long started = Stopwatch.GetTimestamp();
        using Tensor order = randperm(total);
        for (int step = 0; step < steps && samples < total; step++)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(batch, total - samples);
            Tensor chosen = order.narrow(0, samples, count);
            optimizer.zero_grad();
            Tensor logits = net.forward(images_NCHW.index_select(0, chosen));
            nn.functional.cross_entropy(logits, labels_N.index_select(0, chosen)).backward();
            optimizer.step();
            samples += count;
        }

        return (samples, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
