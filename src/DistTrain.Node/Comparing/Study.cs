using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>What is to be compared: cells, each trained from the same seeds.</summary>
internal sealed class Study
{
    private const int Format = 1;

    /// <param name="factors">In the order of the cells' values.</param>
    /// <param name="cells">By number.</param>
    /// <param name="firstSeed">The others follow it.</param>
    public Study(IReadOnlyList<Factor> factors, IReadOnlyList<StudyCell> cells, ulong firstSeed, int seeds)
    {
        Factors = factors;
        Cells = cells;
        Seeds = [.. Enumerable.Range(0, seeds).Select(i => unchecked(firstSeed + (ulong)i))];
        Trials =
        [
            .. from seed in Seeds
               from sameData in cells.Where(cell => cell.Refusal is null).GroupBy(cell => DatasetRequest.Of(cell.Job))
               from cell in sameData
               select new Trial(cell, seed),
        ];
    }

    public IReadOnlyList<Factor> Factors { get; }

    public IReadOnlyList<StudyCell> Cells { get; }

    public IReadOnlyList<ulong> Seeds { get; }

    /// <summary>
    /// All trials that can be made, in the order in which they are: each cell's first seed before any second one, so that a study that is cut short
    /// can be compared, and cells of one data set together, since a process keeps one.
    /// </summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>Such as <c>variant=modern lr=0.01</c>.</summary>
    public string Label(StudyCell cell) => Factors.Count == 0
        ? "the job as given"
        : string.Join(' ', Factors.Select((factor, i) => $"{factor.Name}={cell.Values[i]}"));

    /// <summary>
    /// The study on one line: two that have the same line ask for the same results. Who computes them, and on how many partitions, is
    /// not in it.
    /// </summary>
    public string Identity() => new JsonObject
    {
        ["kind"] = "study",
        ["format"] = Format,
        ["factors"] = JsonSerializer.SerializeToNode(Factors, JsonSerializerOptions.Web),
        ["seeds"] = new JsonArray([.. Seeds.Select(seed => JsonValue.Create(seed))]),
        ["cells"] = new JsonArray([.. Cells.Select(cell => new JsonObject
        {
            ["cell"] = cell.Number,
            ["values"] = JsonSerializer.SerializeToNode(cell.Values, JsonSerializerOptions.Web),
            ["job"] = Described(cell.Job),
        })]),
    }.ToJsonString();

    /// <summary>The keys of a job that are not as by default, but for those that the study or the machine decides.</summary>
    public static JsonObject Described(JobSpec job)
    {
        var usual = new JobSpec();
        JobSpec result = job with
        {
            Name = usual.Name, Seed = usual.Seed, Workers = usual.Workers, MaxWorkers = usual.MaxWorkers, Partitions = usual.Partitions,
            DatasetFingerprint = usual.DatasetFingerprint,
        };
        JsonObject defaults = JsonNode.Parse(JobSpecJson.Write(usual))!.AsObject();
        JsonObject keys = JsonNode.Parse(JobSpecJson.Write(result))!.AsObject();
        foreach ((string key, JsonNode? value) in defaults)
        {
            if (JsonNode.DeepEquals(keys[key], value))
            {
                keys.Remove(key);
            }
        }

        return keys;
    }

    /// <summary>What all cells have in common and is not as by default, for people; empty if there is nothing.</summary>
    public string Common()
    {
        IEnumerable<string>? common = null;
        foreach (StudyCell cell in Cells)
        {
            IEnumerable<string> keys = Described(cell.Job).Select(key => $"{key.Key} {key.Value}");
            common = common is null ? keys : [.. common.Intersect(keys, StringComparer.Ordinal)];
        }

        return string.Join(", ", common ?? []);
    }

    /// <summary>Its factors and its size, for people.</summary>
    public string Summary() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cells.Count} cell{(Cells.Count == 1 ? "" : "s")}{(Factors.Count == 0 ? "" : " of " + string.Join(" x ", Factors.Select(factor => $"{factor.Name} ({factor.Values.Count})")))}, {Seeds.Count} seed{(Seeds.Count == 1 ? "" : "s")} from {Seeds[0]}");
}
