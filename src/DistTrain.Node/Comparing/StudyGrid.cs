using DistTrain.Node.Commands;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>Every combination of the factors' values, over one base job.</summary>
internal sealed class StudyGrid
{
    /// <summary>More are a mistake, or want <c>--sample</c> of a coarser grid.</summary>
    public const int MostCells = 100_000;

    private readonly TrainOptions given;
    private readonly IReadOnlyList<VariedSetting> varied;
    private readonly Action<JobSpec> check;
    private readonly int count;

    /// <param name="given">The base: each cell changes the varied settings of it.</param>
    /// <param name="check">Throws a <see cref="UserErrorException"/> for a job that cannot be.</param>
    /// <exception cref="UserErrorException">There are too many cells, or a value cannot be in any of them.</exception>
    public StudyGrid(TrainOptions given, IReadOnlyList<VariedSetting> varied, Action<JobSpec> check)
    {
        this.given = given;
        this.varied = varied;
        this.check = check;
        long cells = 1;
        foreach (VariedSetting setting in varied)
        {
            cells *= setting.Factor.Values.Count;
            if (cells > MostCells)
            {
                throw new UserErrorException($"--vary makes more than {MostCells} cells: list fewer values");
            }
        }

        count = (int)cells;
        RequireDifferentValues();
        RequirePossibleValues();
    }

    /// <summary>All cells, the last factor changing fastest.</summary>
    public IReadOnlyList<StudyCell> All() => [.. Enumerable.Range(0, count).Select(Cell)];

    /// <summary>So many of them, by lot; their numbers stay those in the whole grid.</summary>
    public IReadOnlyList<StudyCell> Sample(int cells, ulong seed) =>
        [.. Lot.Of([.. Enumerable.Range(0, count)], cells, seed, 0).Select(Cell)];

    private StudyCell Cell(int place)
    {
        string[] values = Values(place);
        JobSpec job = Job(values);
        return new StudyCell(place + 1, values, job, Refusal(job));
    }

    private string[] Values(int place)
    {
        var values = new string[varied.Count];
        for (int factor = varied.Count - 1; factor >= 0; factor--)
        {
            IReadOnlyList<string> all = varied[factor].Factor.Values;
            values[factor] = all[place % all.Count];
            place /= all.Count;
        }

        return values;
    }

    private JobSpec Job(string[] values)
    {
        JobSpec With(JobSpec start) =>
            varied.Zip(values).Aggregate(given with { Spec = start }, (options, value) => value.First.Apply(options, value.Second)).Spec;
        JobSpec job = With(given.Spec);

        // A value may be one that the recipe's other settings are not for.
        job = given.Recipe?.With(With).Job is { } cell ? cell with { Name = job.Name, From = job.From, FromSha256 = job.FromSha256 } : job;

        // A digest is of the weights that were named with it.
        return job.From == given.Spec.From ? job : job with { FromSha256 = "" };
    }

    private string? Refusal(JobSpec job)
    {
        try
        {
            check(job);
            return null;
        }
        catch (UserErrorException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>0.1 and 1e-1 are one value.</summary>
    private void RequireDifferentValues()
    {
        foreach (VariedSetting setting in varied)
        {
            var seen = new Dictionary<JobSpec, string>();
            foreach (string value in setting.Factor.Values)
            {
                if (!seen.TryAdd(setting.Apply(given, value).Spec, value))
                {
                    string first = seen[setting.Apply(given, value).Spec];
                    throw SettingValue.Refuse(setting.Origin, string.Join(',', setting.Factor.Values), $"each value once, and '{first}' and '{value}' are the same");
                }
            }
        }
    }

    /// <summary>A combination may be impossible, which its row will say; a value that is impossible with everything else is a mistake.</summary>
    private void RequirePossibleValues()
    {
        var reasons = new Dictionary<(int Factor, string Value), string>();
        var possible = new HashSet<(int Factor, string Value)>();
        int wanted = varied.Sum(setting => setting.Factor.Values.Count);
        for (int place = 0; place < count && possible.Count < Math.Max(wanted, 1); place++)
        {
            string[] values = Values(place);
            string? refusal = Refusal(Job(values));
            for (int factor = 0; factor < values.Length; factor++)
            {
                _ = refusal is null ? possible.Add((factor, values[factor])) : reasons.TryAdd((factor, values[factor]), refusal);
            }

            if (varied.Count == 0)
            {
                _ = refusal is null ? true : throw new UserErrorException(refusal);
                return;
            }
        }

        foreach (((int factor, string value), string refusal) in reasons)
        {
            if (!possible.Contains((factor, value)))
            {
                throw new UserErrorException($"{varied[factor].Origin}={value} cannot be in any cell: {refusal}");
            }
        }
    }
}
