using System.Globalization;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>A cell trained from one seed: one run.</summary>
internal sealed record Trial(StudyCell Cell, ulong Seed)
{
    /// <summary>Of the run and of its directory.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"cell-{Cell.Number}-seed-{Seed}");

    public JobSpec Job => Cell.Job with { Seed = Seed, Name = Name };
}
