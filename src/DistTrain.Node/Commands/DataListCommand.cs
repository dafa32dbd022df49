using System.CommandLine;
using System.Text.Json;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data list</c></summary>
internal static class DataListCommand
{
    public static Command Create(Func<string?, DatasetPlaces> places)
    {
        Option<string?> directory = DataCommand.DataDirectory("look in this folder only");
        Option<bool> json = DataCommand.Json();
        Verb list = new("list", "Show each data set, and where it is or how to get it.")
        {
            Examples =
            [
                "disttrain data list",
                "disttrain data list --data-dir /data --json",
            ],
        };
        list.Options.Add(directory);
        list.Options.Add(json);
        list.SetAction(parse =>
        {
            IReadOnlyList<DatasetListing> sets = new DatasetInventory(places(parse.GetValue(directory))).List();
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                foreach (DatasetListing set in sets)
                {
                    output.WriteLine(JsonSerializer.Serialize(set, JsonSerializerOptions.Web));
                }
            }
            else
            {
                WriteTable(output, sets);
            }

            return 0;
        });
        return list;
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<DatasetListing> sets)
    {
        output.WriteLine($"{"NAME",-14} {"TRAIN",6} {"TEST",6} {"ON DISK",9}  WHERE");
        foreach (DatasetListing set in sets)
        {
            string size = set.Folder is null ? "-" : DataCommand.Megabytes(set.BytesOnDisk);
            string where = set.Folder ?? (set.HowToGet is { } how ? $"not here; get it by: {how}" : "drawn when used; synthetic:N gives N training images");
            output.WriteLine($"{set.Name,-14} {set.TrainCount,6} {set.TestCount,6} {size,9}  {where}");
        }
    }
}
