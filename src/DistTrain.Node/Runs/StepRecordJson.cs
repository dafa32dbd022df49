using System.Text.Json;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>
/// The fields of a step's record, as <see cref="MessageJson"/> writes them, without looking each one up: there is one of these for
/// every step, and it allocates nothing. The activity that a few of them tell of stands among the step's own fields, as if it were no message
/// of its own.
/// </summary>
internal static class StepRecordJson
{
    public static void WriteFields(Utf8JsonWriter writer, StepRecord step)
    {
        writer.WriteNumber("step", step.Step);
        writer.WriteNumber("epoch", step.Epoch);
        MessageJson.WriteNumber(writer, "loss", step.Loss);
        MessageJson.WriteNumber(writer, "accuracy", step.Accuracy);
        MessageJson.WriteNumber(writer, "learningRate", step.LearningRate);
        MessageJson.WriteNumber(writer, "samplesPerSecond", step.SamplesPerSecond);
        MessageJson.WriteNumber(writer, "trainSeconds", step.TrainSeconds);
        MessageJson.WriteNumber(writer, "appliedAt", step.AppliedAt);
        if (step.Activity is { } activity)
        {
            MessageJson.WriteFields(writer, activity);
        }
    }

    /// <exception cref="FormatException">A value is of another type than its field.</exception>
    public static void ReadFields(JsonElement json, StepRecord step)
    {
        MessageJson.ReadFields(json, step);
        var activity = new Activity();
        MessageJson.ReadFields(json, activity);
        step.Activity = activity.Workers.Count > 0 || activity.TimeSplit.Count > 0 ? activity : null;
    }
}
