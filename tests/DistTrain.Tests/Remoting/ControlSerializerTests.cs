using System.Runtime.Serialization;
using Akka.Actor;
using DistTrain.Node.Remoting;
using DistTrain.Protocol.Control;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DistTrain.Tests.Remoting;

public sealed class ControlSerializerTests : IDisposable
{
    private readonly ActorSystem system = ActorSystem.Create("test");
    private readonly ControlSerializer serializer;

    public ControlSerializerTests() => serializer = new ControlSerializer((ExtendedActorSystem)system);

    public void Dispose() => system.Dispose();

    [Fact]
    public void Every_control_message_comes_back_as_it_went()
    {
        foreach (var type in ControlReflection.Descriptor.MessageTypes)
        {
            var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
            Assert.Equal(message, serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message)));
        }

        var applied = new StepsApplied { Run = 7, FirstVersion = 3, Times = { 1.5 }, Samples = { 8, 8 }, LossSums = { 0.5, double.NaN }, GradientChecksums = { 1, ulong.MaxValue } };
        Assert.Equal(applied, serializer.FromBinary(serializer.ToBinary(applied), serializer.Manifest(applied)));
    }

    [Fact]
    public void Manifest_that_names_anything_else_is_refused()
    {
        Assert.Throws<SerializationException>(() => serializer.FromBinary([], "System.Diagnostics.Process, System.Diagnostics.Process"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([], ""));
    }

    [Fact]
    public void Damaged_bytes_are_refused() =>
        Assert.Throws<SerializationException>(() => serializer.FromBinary([0xff, 0xff, 0xff], nameof(JoinRun)));

    [Fact]
    public void Object_that_is_no_control_message_does_not_leave()
    {
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new object()));
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new Timestamp()));
    }
}
