using System.Text.RegularExpressions;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>What must hold of every run, however it was disturbed.</summary>
internal static partial class RunChecks
{
    /// <summary>
    /// Waits for a complete run and compares its weights with those of the undisturbed loop; audits its ledger. It may not have
    /// logged an error: what happens to a run is told by its events.
    /// </summary>
    /// <param name="expected">The weights after each step; null for those of <see cref="Job"/>.</param>
    public static void MustEndAsUndisturbed(this DistTrainProcess train, string runDirectory, Undisturbed? expected = null)
    {
        if (train.Exit() != 0)
        {
            train.Fail("The run did not end well");
        }

        Summary summary = train.Summary();
        Assert.Equal("completed", summary.Status);
        Assert.Equal((ulong)Undisturbed.Steps, summary.Steps);
        Assert.Equal(expected?.DigestAfter(Undisturbed.Steps) ?? Undisturbed.After(Undisturbed.Steps), summary.WeightsSha256);
        Assert.DoesNotContain(train.Errors, line => line.Contains(" fail: ", StringComparison.Ordinal));
        MustAuditClean(runDirectory);
    }

    /// <summary>Every sample of every epoch went into exactly one update.</summary>
    public static void MustAuditClean(string runDirectory)
    {
        using DistTrainProcess audit = DistTrainProcess.Launch("audit", runDirectory);
        if (audit.Exit() != 0)
        {
            audit.Fail("The audit is not clean");
        }
    }

    /// <summary>No step waited for more than two seconds without a worker being named for it.</summary>
    public static void MustBlameSomebodyForEveryWait(this DistTrainProcess train)
    {
        foreach (EventRecord stalled in train.Events.Where(happened => happened.Code == "stalled"))
        {
            Assert.Matches(NamedWait(), stalled.Message);
        }

        IReadOnlyList<RunRecord> records = train.Records;
        RunRecord? before = null;
        foreach (RunRecord step in records.Where(record => record.Step is not null))
        {
            // Half a second beyond the two: steps are heard of in bundles.
            if (before is not null && step.Time - before.Time > 2.5)
            {
                bool named = records.Any(record => record.Event is { Code: "stalled" or "worker-suspected" } && record.Time > before.Time && record.Time <= step.Time);
                if (!named)
                {
                    train.Fail($"Step {step.Step.Step} came {step.Time - before.Time:0.0} s after the one before, and nobody was named");
                }
            }

            before = step;
        }
    }

    [GeneratedRegex(@"has waited [\d.]+ s for (worker \d+ \(|the coordinator to save)")]
    private static partial Regex NamedWait();
}
