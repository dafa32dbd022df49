using System.Collections.Concurrent;
using DistTrain.Node.Hosting;
using DistTrain.Training.Data;

namespace DistTrain.Tests.Data;

public sealed class SharedProgressTests
{
    [Fact]
    public void All_who_wait_hear_and_those_who_left_do_not()
    {
        var shared = new SharedProgress();
        var first = new Heard();
        var second = new Heard();
        shared.Report(Read(1));
        shared.Add(first);
        shared.Report(Read(2));
        shared.Add(second);
        shared.Report(Read(3));
        shared.Remove(first);
        shared.Report(Read(4));

        Assert.Equal([2, 3], first);
        Assert.Equal([3, 4], second);
    }

    /// <summary>The second one waits for the first one's reading.</summary>
    [Fact]
    public async Task Waiting_for_the_reading_of_another_hears_of_it()
    {
        using var folder = new TestFolder();
        ImageDataset digits = Training.Data.Synthetic.SyntheticDigits.Draw("synthetic:400", 400);
        Node.Pictures.ImageExport.Write(digits, folder.At("set"), null, new Progress<string>(), TimeProvider.System, CancellationToken.None);
        var request = new DatasetRequest("images:" + folder.At("set"));
        var data = new TrainingData(null);
        var second = new Heard();
        Task<ResolvedDataset>? waiting = null;

        // Readers are held at their first report until the other one waits too: the reports that follow are for both.
        var first = new Held(() => waiting = data.ResolveAsync(request, second, CancellationToken.None));
        await data.ResolveAsync(request, first, CancellationToken.None);
        await waiting!;

        Assert.NotEmpty(second);
    }

    private static DataProgress Read(int images) => new("set", "", "", 0, null) { ImagesRead = images, ImagesInAll = 9 };

    /// <summary>Images are read on several threads.</summary>
    private sealed class Heard : ConcurrentQueue<int>, IProgress<DataProgress>
    {
        public void Report(DataProgress value) => Enqueue(value.ImagesRead);
    }

    private sealed class Held(Action atFirst) : IProgress<DataProgress>
    {
        private readonly Lock gate = new();
        private bool begun;

        public void Report(DataProgress value)
        {
            using Lock.Scope scope = gate.EnterScope();
            if (!begun)
            {
                begun = true;
                atFirst();
            }
        }
    }
}
