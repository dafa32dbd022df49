using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace DistTrain.Node.Commands;

/// <summary>Proves from the ledger that every sample of every epoch went into exactly one applied update.</summary>
internal static class AuditCommand
{
    /// <summary>More than this many problems are counted, not listed.</summary>
    private const int Listed = 20;

    public static Command Create(CommandContext context)
    {
        var command = new Verb("audit", "Prove from its ledger that a run used every sample exactly once.")
        {
            Notes =
            [
                "Every sample of every epoch must have gone into exactly one applied update; those that did not are named.",
                "Exit code: 0 it holds, 1 it does not.",
            ],
            Examples =
            [
                "disttrain audit runs/20260101-120000-lenet5",
            ],
        };
        var run = new Argument<string>("RUN") { Description = "run directory" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(run);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            AuditFindings findings = await context.Services.Audit(parse.GetRequiredValue(run), context.Stop.Requested).ConfigureAwait(false);
            TextWriter output = context.Terminal.Out;
            if (parse.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(findings, JsonSerializerOptions.Web)).ConfigureAwait(false);
            }
            else
            {
                foreach (string line in Describe(findings))
                {
                    await output.WriteLineAsync(line).ConfigureAwait(false);
                }
            }

            return findings.Clean ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static IEnumerable<string> Describe(AuditFindings f)
    {
        string read = string.Create(CultureInfo.InvariantCulture, $"{f.Records:N0} ledger records, {f.Epochs:N0} whole epoch{(f.Epochs == 1 ? "" : "s")}, {f.Samples:N0} samples applied");
        if (f.Clean)
        {
            return [$"clean: every sample of every epoch went into exactly one applied update ({read})"];
        }

        IEnumerable<string> lines = [$"not clean: {f.Problems.Count} problem(s) ({read})", .. f.Problems.Take(Listed)];
        return f.Problems.Count <= Listed ? lines : lines.Append($"... and {f.Problems.Count - Listed} more (--json lists all)");
    }
}
