using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>Reads <c>metrics.jsonl</c> back.</summary>
public static class MetricsReader
{
    /// <summary>
    /// The records that count, in order. Lines that are no record are skipped: a crash leaves a torn one. Where a
    /// resumed run starts again (a start record), steps and epochs after that start's first step were undone by the
    /// resume, and so is the summary of the part before; events stay, since they happened.
    /// </summary>
    public static IReadOnlyList<RunRecord> Read(string path)
    {
        var records = new List<RunRecord>();
        if (!File.Exists(path))
        {
            return records;
        }

        // A run that goes on may have the file open.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            if (TryRead(line) is not { } record)
            {
                continue;
            }

            if (record.KindCase == RunRecord.KindOneofCase.Start)
            {
                ulong first = record.Start.FirstStep;
                records.RemoveAll(before => IsUndone(before, first));
            }

            records.Add(record);
        }

        return records;
    }

    private static bool IsUndone(RunRecord record, ulong firstStep) => record.KindCase switch
    {
        RunRecord.KindOneofCase.Step => record.Step.Step > firstStep,
        RunRecord.KindOneofCase.Epoch => record.Epoch.Step > firstStep,
        RunRecord.KindOneofCase.Summary => true,
        _ => false,
    };

    private static RunRecord? TryRead(string line)
    {
        try
        {
            return line.Length == 0 ? null : RunRecordJson.Read(line);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
