using System.CommandLine;
using System.Text.Json;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data verify</c></summary>
internal static class DataVerifyCommand
{
    public static Command Create(Func<string?, DatasetPlaces> places)
    {
        Argument<string> name = DataCommand.Name("the set to verify; without it, every set that is here");
        name.Arity = ArgumentArity.ZeroOrOne;
        Option<string?> directory = DataCommand.DataDirectory("look in this folder only");
        Option<bool> json = DataCommand.Json();
        Verb verify = new("verify", "Check shapes and SHA-256 of the files of a data set.")
        {
            Notes = ["Exit code 1 and a line a fault if anything is not as published."],
            Examples =
            [
                "disttrain data verify",
                "disttrain data verify mnist --data-dir /data",
                "disttrain data verify synthetic    # are the digits drawn here the ones drawn everywhere?",
            ],
        };
        verify.Arguments.Add(name);
        verify.Options.Add(directory);
        verify.Options.Add(json);
        verify.SetAction((parse, cancellation) =>
        {
            DatasetInventory inventory = new(places(parse.GetValue(directory)));
            IReadOnlyList<VerifiedDataset> sets = parse.GetValue(name) is { } wanted
                ? [inventory.Verify(wanted, cancellation)]
                : inventory.VerifyAll();
            foreach (VerifiedDataset verified in sets)
            {
                Write(parse.InvocationConfiguration.Output, verified, parse.GetValue(json));
            }

            return Task.FromResult(sets.All(set => set.Faults.Count == 0) ? 0 : 1);
        });
        return verify;
    }

    private static void Write(TextWriter output, VerifiedDataset verified, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(verified, JsonSerializerOptions.Web));
            return;
        }

        foreach (string fault in verified.Faults)
        {
            output.WriteLine(fault);
        }

        if (verified.Faults.Count == 0)
        {
            output.WriteLine(verified.Where is null ? $"{verified.Name}: not here" : $"{verified.Name}: as published ({verified.Where})");
        }
    }
}
