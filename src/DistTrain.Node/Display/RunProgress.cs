using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>The state of a run as its records tell it: no drawing here.</summary>
internal sealed class RunProgress(TimeProvider clock)
{
    /// <summary>A terminal holds no more; the run directory has all.</summary>
    private const int KeptEvents = 5;

    private readonly long opened = clock.GetTimestamp();
    private readonly List<EventRecord> events = [];
    private readonly List<EpochRecord> epochs = [];
    private long lastRecord = clock.GetTimestamp();

    public RunStart? Start { get; private set; }

    public StepRecord? Step { get; private set; }

    public Summary? Summary { get; private set; }

    /// <summary>The last that were told; not every step carries them.</summary>
    public IReadOnlyList<WorkerRow> Workers { get; private set; } = [];

    /// <summary>Where their time has gone of late, told with the workers.</summary>
    public IReadOnlyList<TimeSplit> Times { get; private set; } = [];

    /// <summary>Finished ones, oldest first.</summary>
    public IReadOnlyList<EpochRecord> Epochs => epochs;

    /// <summary>The newest last.</summary>
    public IReadOnlyList<EventRecord> Events => events;

    public TimeSpan Elapsed => clock.GetElapsedTime(opened);

    /// <summary>Time without any record.</summary>
    public TimeSpan Silence => Summary is null ? clock.GetElapsedTime(lastRecord) : TimeSpan.Zero;

    /// <summary>Steps applied within the current epoch.</summary>
    public ulong StepOfEpoch => Step is null || Start is null || Step.Epoch == 0 ? 0
        : Step.Step - Math.Min(Step.Step, (Step.Epoch - 1) * Start.StepsPerEpoch);

    /// <summary>Steps of the current epoch in all; the last one may be cut short by a limit of steps.</summary>
    public ulong StepsOfEpoch => Start is null ? 0
        : Step is null || Step.Epoch == 0 ? Start.StepsPerEpoch
        : Math.Min(Start.StepsPerEpoch, Start.TotalSteps - Math.Min(Start.TotalSteps, (Step.Epoch - 1) * Start.StepsPerEpoch));

    /// <summary>Time left at the mean pace since training began in this process; null before there is one.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (Start is null || Step is null || Step.Step <= Start.FirstStep || !(Step.TrainSeconds > 0) || Step.Step >= Start.TotalSteps)
            {
                return null;
            }

            double seconds = Step.TrainSeconds / (Step.Step - Start.FirstStep) * (Start.TotalSteps - Step.Step);
            return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
        }
    }

    public double BestTestLoss => epochs.Select(epoch => epoch.TestLoss).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();

    public double BestTestAccuracy => epochs.Select(epoch => epoch.TestAccuracy).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();

    public void Apply(RunRecord record)
    {
        lastRecord = clock.GetTimestamp();
        switch (record.KindCase)
        {
            case RunRecord.KindOneofCase.Start:
                Start = record.Start;
                break;
            case RunRecord.KindOneofCase.Step:
                Step = record.Step;
                Workers = record.Step.Activity?.Workers ?? Workers;
                Times = record.Step.Activity?.TimeSplit ?? Times;
                break;
            case RunRecord.KindOneofCase.Epoch:
                epochs.Add(record.Epoch);
                break;
            case RunRecord.KindOneofCase.Event:
                Add(record.Event);
                break;
            case RunRecord.KindOneofCase.Summary:
                Summary = record.Summary;
                break;
            default:
                break;
        }
    }

    public void Note(string text) => Add(new EventRecord { Level = "info", Message = text });

    /// <summary>What stays below the picture when the run has ended; the very last is the result.</summary>
    public IEnumerable<string> LastLines()
    {
        if (Summary is null or { Status: "failed" or "refused" })
        {
            yield break;
        }

        if (RunText.End(Summary) is { } end)
        {
            yield return end;
        }

        if (Summary.WeightsSha256.Length > 0)
        {
            yield return RunText.Result(Summary);
        }
    }

    private void Add(EventRecord record)
    {
        events.Add(record);
        if (events.Count > KeptEvents)
        {
            events.RemoveAt(0);
        }
    }
}
