using System.Text.Json;
using CsCheck;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DistTrain.Tests.Runs;

public sealed class RunRecordJsonTests
{
    [Fact]
    public void A_record_read_back_is_the_record()
    {
        AnyRecord.Sample(record => Assert.Equal(record, RunRecordJson.Read(RunRecordJson.Write(record))));
    }

    [Fact]
    public void A_record_is_one_line_of_valid_json_with_its_kind_first()
    {
        AnyRecord.Sample(record =>
        {
            string line = RunRecordJson.Write(record);
            Assert.DoesNotContain('\n', line);
            using JsonDocument json = JsonDocument.Parse(line);
            JsonProperty first = json.RootElement.EnumerateObject().First();
            Assert.Equal(("kind", record.KindCase.ToString().ToLowerInvariant()), (first.Name, first.Value.GetString()));
        });
    }

    [Fact]
    public void A_step_written_on_the_short_way_is_the_text_of_the_long_one() =>
        Gen.Select(AnyDouble, AnyDouble, AnyDouble, Gen.ULong, Gen.UInt).Sample((a, b, c, step, epoch) =>
        {
            var record = new StepRecord
            {
                Step = step, Epoch = epoch, Loss = a, Accuracy = b, LearningRate = c, SamplesPerSecond = b, TrainSeconds = a, AppliedAt = c,
            };
            Assert.Equal(MessageJson.Write(record), MessageJson.Write(writer => StepRecordJson.WriteFields(writer, record)));
        });

    [Fact]
    public void Summary_has_the_names_that_scripts_rely_on()
    {
        using JsonDocument json = JsonDocument.Parse(RunRecordJson.Write(SampleRun.Summary()));

        IEnumerable<string> names = json.RootElement.EnumerateObject().Select(property => property.Name);
        Assert.Equal(
            [
                "kind", "time", "status", "message", "dataset", "model", "variant", "engine", "workers", "shards", "partitions", "steps", "trainSeconds",
                "samplesPerSecond", "testAccuracy", "testLoss", "weightsSha256", "runDir", "checkpoint", "epochs", "emulated", "timeSplit",
            ],
            names);
        Assert.Equal(30, json.RootElement.GetProperty("steps").GetInt64());
        Assert.Equal(
            ["role", "number", "wait", "load", "forward", "backward", "send", "queue", "reduce", "apply"],
            json.RootElement.GetProperty("timeSplit")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(SampleRun.Sha, json.RootElement.GetProperty("weightsSha256").GetString());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_loss_that_is_no_number_is_null(double loss)
    {
        RunRecord record = SampleRun.Step(3);
        record.Step.Loss = loss;

        string line = RunRecordJson.Write(record);

        Assert.Contains("\"loss\":null", line, StringComparison.Ordinal);
        Assert.Equal(double.NaN, RunRecordJson.Read(line).Step.Loss);
    }

    [Fact]
    public void An_identifier_beyond_2_to_the_53_survives_as_text()
    {
        string line = RunRecordJson.Write(SampleRun.Start());

        Assert.Contains("\"run\":\"fedcba9876543210\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{}")]
    [InlineData("""{"kind":"step"}""")]
    [InlineData("""{"kind":3,"time":1}""")]
    [InlineData("""{"kind":"lunch","time":1}""")]
    [InlineData("""{"kind":"step","time":"now"}""")]
    [InlineData("""{"kind":"step","time":1,"step":-3}""")]
    [InlineData("""{"kind":"step","time":1,"step":"3"}""")]
    [InlineData("""{"kind":"step","time":1,"workers":3}""")]
    [InlineData("""{"kind":"start","time":1,"run":"xyz"}""")]
    public void What_is_no_record_is_refused(string line) => Assert.Throws<FormatException>(() => RunRecordJson.Read(line));

    [Fact]
    public void Fields_of_a_newer_version_are_passed_over()
    {
        RunRecord record = RunRecordJson.Read("""{"kind":"event","time":1.5,"level":"info","mood":{"good":[1]},"message":"m"}""");

        Assert.Equal(new RunRecord { Time = 1.5, Event = new EventRecord { Level = "info", Message = "m" } }, record);
    }

    private static readonly Gen<double> AnyDouble = Gen.OneOf(Gen.Double, Gen.Double.Unit, Gen.Const(double.NaN), Gen.Const(double.Epsilon), Gen.Const(-0.0))
        .Select(value => double.IsInfinity(value) ? double.NaN : value);

    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[0, 12], Gen.Const("\"\\\n\r\t\0\u2028😀ü")).Select(WellFormed);

    private static Gen<RunRecord> AnyRecord =>
        from time in AnyDouble
        from kind in Gen.Int[2, 6]
        from seed in Gen.Int
        from numbers in AnyDouble.Array[24]
        from texts in AnyText.Array[24]
        from integers in Gen.ULong.Array[24]
        select Filled(time, kind, numbers, texts, integers);

    /// <summary>Sets every field, whatever the messages will come to hold.</summary>
    private static RunRecord Filled(double time, int kind, double[] numbers, string[] texts, ulong[] integers)
    {
        var record = new RunRecord { Time = time };
        FieldDescriptor field = RunRecord.Descriptor.FindFieldByNumber(kind);
        IMessage body = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        Fill(body, numbers, texts, integers);
        field.Accessor.SetValue(record, body);
        return record;
    }

    private static void Fill(IMessage message, double[] numbers, string[] texts, ulong[] integers)
    {
        int i = 0;
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            i = (i + 1) % numbers.Length;
            object value = field.FieldType switch
            {
                FieldType.Double => numbers[i],
                FieldType.String => texts[i],
                FieldType.UInt32 => (uint)integers[i],
                FieldType.Bool => integers[i] % 2 == 1,
                FieldType.Message => Nested(field, numbers, texts, integers),
                _ => integers[i],
            };
            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }
    }

    private static IMessage Nested(FieldDescriptor field, double[] numbers, string[] texts, ulong[] integers)
    {
        IMessage nested = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        Fill(nested, numbers, texts, integers);
        return nested;
    }

    /// <summary>Half of a surrogate pair is no text, in protobuf as in JSON.</summary>
    private static string WellFormed(string text) => string.Concat(text.EnumerateRunes());
}
