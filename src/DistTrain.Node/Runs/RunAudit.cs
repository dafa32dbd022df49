using DistTrain.Node.Commands;
using DistTrain.Protocol.Client;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Ledger;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Runs;

/// <summary>Audits the ledger of a run directory against the job that its spec describes.</summary>
internal static class RunAudit
{
    public static AuditFindings Audit(string path)
    {
        RunDirectory run = RunDirectory.Open(path);
        JobSpec spec = JobSpecJson.Read(File.ReadAllText(run.Spec), run.Spec);
        IReadOnlyList<RunRecord> records = MetricsReader.Read(run.Metrics);
        RunStart start = records.LastOrDefault(record => record.KindCase == RunRecord.KindOneofCase.Start)?.Start
            ?? throw new Training.UserErrorException($"{run.Metrics}: no start record; the run never began, so there is nothing to audit");
        Summary? summary = records.LastOrDefault(record => record.KindCase == RunRecord.KindOneofCase.Summary)?.Summary;

        // Only an orderly end says how far the run came; after a crash the ledger itself is the best account.
        long? last = summary is not null && (RunStatus.HasResult(summary.Status) || summary.Status == "stopped") ? (long)summary.Steps : null;
        var plan = new EpochPlan((int)start.TrainSamples, spec.Shards, spec.BatchSize, spec.Seed);
        long read = 0;
        AuditReport report = new LedgerAudit(plan, spec.Partitions).Check(
            LedgerReader.Read(run.Ledger).Select(record =>
            {
                read++;
                return record;
            }),
            last);
        return new AuditFindings(report.IsClean, read, report.CompleteEpochs, report.Samples, report.Findings);
    }
}
