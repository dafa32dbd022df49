using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Timing;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>What workers and partitions have said of where their time goes: sums over the run, and of late.</summary>
/// <remarks>Every message holds all sums since its sender began, so one that is lost or comes twice changes nothing.</remarks>
public sealed class TimeAccount
{
    public const string Worker = "worker";
    public const string Partition = "partition";

    /// <summary>"Of late" is between one and two times as long.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<(int Order, uint Number), Sums> sums = [];

    /// <param name="now">Since training began.</param>
    public void Take(TimesTold told, TimeSpan now)
    {
        (int, uint) key = told.Worker > 0 ? (0, told.Worker) : (1, told.Partition);
        if (!sums.TryGetValue(key, out Sums? known))
        {
            sums[key] = known = new Sums();
        }

        known.Take([.. told.Seconds], now);
    }

    /// <summary>Seconds since each began, workers first.</summary>
    public IEnumerable<TimeSplit> Totals() => sums.Select(of => Split(of.Key, of.Value.Total, []));

    /// <summary>Seconds of the last second or two.</summary>
    public IEnumerable<TimeSplit> OfLate() => sums.Select(of => Split(of.Key, of.Value.Total, of.Value.Before));

    private static TimeSplit Split((int Order, uint Number) of, double[] total, double[] before)
    {
        double Part(StepPart part) => At(total, part) - At(before, part);
        return new TimeSplit
        {
            Role = of.Order == 0 ? Worker : Partition,
            Number = of.Number,
            Wait = Part(StepPart.Wait),
            Load = Part(StepPart.Load),
            Forward = Part(StepPart.Forward),
            Backward = Part(StepPart.Backward),
            Send = Part(StepPart.Send),
            Queue = Part(StepPart.Queue),
            Reduce = Part(StepPart.Reduce),
            Apply = Part(StepPart.Apply),
        };
    }

    private static double At(double[] seconds, StepPart part) => (int)part < seconds.Length ? seconds[(int)part] : 0;

    private sealed class Sums
    {
        private double[] mark = [];
        private TimeSpan markedAt;

        public double[] Total { get; private set; } = [];

        public double[] Before { get; private set; } = [];

        public void Take(double[] seconds, TimeSpan now)
        {
            Total = seconds;
            if (now - markedAt >= Window)
            {
                Before = mark;
                mark = seconds;
                markedAt = now;
            }
        }
    }
}
