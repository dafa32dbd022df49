using System.Globalization;
using DistTrain.Training.Generalisation;

namespace DistTrain.Training.Jobs;

/// <summary>When a job ends before its last epoch, and how a checkpoint tells it.</summary>
public static class JobEarlyStopping
{
    public const string Loss = "loss";
    public const string Accuracy = "accuracy";

    /// <summary>Key of a checkpoint's metadata: what was monitored, one number an epoch.</summary>
    public const string Key = "monitored";

    /// <summary>As the job says, with the values of the epochs before; null if it says nothing.</summary>
    /// <param name="saved">Metadata of the checkpoint to go on from; empty at the start.</param>
    /// <param name="source">Of the metadata, for messages.</param>
    /// <exception cref="UserErrorException">The metadata are not those of such a job.</exception>
    public static EarlyStopping? EarlyStopping(this JobSpec spec, IReadOnlyDictionary<string, string> saved, string source)
    {
        if (spec.Patience == 0)
        {
            return null;
        }

        var stopping = new EarlyStopping(spec.Patience, spec.MinDelta, higherIsBetter: spec.Monitor == Accuracy);
        foreach (string value in saved.GetValueOrDefault(Key, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            stopping.Add(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? number
                : throw new UserErrorException($"{source}: its '{Key}' is not a list of numbers"));
        }

        return stopping;
    }

    /// <summary>What a checkpoint has to hold for <see cref="EarlyStopping"/>.</summary>
    public static IReadOnlyDictionary<string, string> Saved(this EarlyStopping? stopping) => stopping is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { [Key] = string.Join(' ', stopping.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))) };
}
