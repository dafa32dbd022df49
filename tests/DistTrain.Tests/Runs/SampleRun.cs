using DistTrain.Protocol.Client;

namespace DistTrain.Tests.Runs;

/// <summary>Records as a run of three epochs of ten steps would give them.</summary>
internal static class SampleRun
{
    public const string Sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static RunRecord Start(ulong firstStep = 0) => new()
    {
        Time = 1_767_225_600,
        Start = new RunStart
        {
            Run = 0xfedcba9876543210,
            RunDirectory = "runs/x",
            Dataset = "synthetic:2560",
            DatasetReason = "synthetic:2560: no other could be had",
            Model = "lenet5",
            Variant = "modern",
            Engine = "torch",
            Workers = 2,
            Shards = 4,
            Partitions = 1,
            BatchSize = 256,
            Epochs = 3,
            StepsPerEpoch = 10,
            TotalSteps = 30,
            FirstStep = firstStep,
            Parameters = 61_706,
            TrainSamples = 2560,
            TestSamples = 512,
            Seed = 1,
            LearningRate = 4e-3,
            Schedule = "one-cycle",
        },
    };

    public static RunRecord Step(ulong step)
    {
        var record = new StepRecord
        {
            Step = step,
            Epoch = (uint)((step - 1) / 10) + 1,
            Loss = 2.3 / step,
            Accuracy = 1 - (0.9 / step),
            LearningRate = 4e-3,
            SamplesPerSecond = 12_800,
            TrainSeconds = 0.02 * step,
            Activity = new Activity { Workers = { Worker(1, "training", 0, 1), Worker(2, "suspected", 2, 3) }, TimeSplit = { Times() } },
        };
        return new RunRecord { Time = 1_767_225_600 + step, Step = record };
    }

    public static RunRecord Epoch(uint epoch) => new()
    {
        Time = 1_767_225_600 + (epoch * 10),
        Epoch = new EpochRecord
        {
            Epoch = epoch,
            Step = epoch * 10,
            TrainLoss = 1.5 / epoch,
            TrainAccuracy = 1 - (0.5 / epoch),
            TestLoss = 1.25 / epoch,
            TestAccuracy = 1 - (0.4 / epoch),
            Seconds = 0.2,
            SamplesPerSecond = 12_800,
            Checkpoint = $"checkpoints/step-{epoch * 10:D9}.safetensors",
        },
    };

    public static RunRecord Event(string message, string level = "warning") => new()
    {
        Time = 1_767_225_615,
        Event = new EventRecord { Level = level, Code = "worker-suspected", Message = message },
    };

    public static RunRecord Summary(string status = "completed", string message = "", ulong steps = 30) => new()
    {
        Time = 1_767_225_640,
        Summary = new Summary
        {
            Status = status,
            Message = message,
            Dataset = "synthetic:2560",
            Model = "lenet5",
            Variant = "modern",
            Engine = "torch",
            Workers = 2,
            Shards = 4,
            Partitions = 1,
            Epochs = 3,
            Steps = steps,
            TrainSeconds = 0.6,
            SamplesPerSecond = 12_800,
            TestAccuracy = 0.8667,
            TestLoss = 0.4167,
            WeightsSha256 = Sha,
            RunDirectory = "runs/x",
            Checkpoint = "runs/x/checkpoints/step-000000030.safetensors",
            TimeSplit = { Times() },
        },
    };

    /// <summary>Makes it a record of a run whose network does not classify.</summary>
    public static RunRecord WithoutAccuracy(RunRecord record)
    {
        switch (record.KindCase)
        {
            case RunRecord.KindOneofCase.Step:
                record.Step.Accuracy = double.NaN;
                break;
            case RunRecord.KindOneofCase.Epoch:
                record.Epoch.TrainAccuracy = record.Epoch.TestAccuracy = double.NaN;
                break;
            case RunRecord.KindOneofCase.Summary:
                record.Summary.TestAccuracy = double.NaN;
                break;
        }

        return record;
    }

    public static IEnumerable<RunRecord> Whole()
    {
        yield return Start();
        for (uint epoch = 1; epoch <= 3; epoch++)
        {
            for (ulong step = ((epoch - 1) * 10) + 1; step <= epoch * 10; step++)
            {
                yield return Step(step);
            }

            if (epoch == 2)
            {
                yield return Event("worker 2 was lost at step 15; its shards 2 and 3 went to worker 1");
            }

            yield return Epoch(epoch);
        }

        yield return Summary();
    }

    private static TimeSplit[] Times() =>
    [
        new() { Role = "worker", Number = 1, Wait = 0.04, Load = 0.01, Forward = 0.4, Backward = 0.5, Send = 0.05 },
        new() { Role = "partition", Wait = 0.5, Queue = 0.25, Apply = 0.25 },
    ];

    private static WorkerRow Worker(uint number, string state, params uint[] shards)
    {
        var row = new WorkerRow { Worker = number, Name = $"worker-{number}", Address = "in process", State = state, Samples = 1000 * number, SamplesPerSecond = 6400 };
        row.Shards.AddRange(shards);
        return row;
    }
}
